import { Option } from 'commander';
import { wholeNumber } from './arguments.ts';

export function deviceOption(): Option {
  return new Option('--device <name>', 'what computes; auto: cpu, the one that is measured').choices([
    'auto',
    'cpu',
    'webgpu',
    'cuda',
  ]);
}

export function threadsOption(): Option {
  return new Option('--threads <n>', 'threads of the processor (default: all cores)').argParser(wholeNumber(1));
}
