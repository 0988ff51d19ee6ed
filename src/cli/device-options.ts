import { Option } from 'commander';
import { usableCores } from '../node/cores.ts';
import { wholeNumber } from './arguments.ts';
import { note } from './terminal.ts';

export function deviceOption(): Option {
  return new Option('--device <name>', 'what computes; auto: cpu, the one that is measured').choices([
    'auto',
    'cpu',
    'webgpu',
    'cuda',
  ]);
}

export function threadsOption(): Option {
  return new Option('--threads <n>', 'threads of the processor (default: all cores)').argParser(cappedThreads);
}

/** No more than there are cores for: more of them only get into each other's way. */
function cappedThreads(text: string): number {
  const [asked, cores] = [wholeNumber(1)(text), usableCores()];
  if (asked > cores) note(`--threads ${asked}: this machine grants ${cores}, which are used`);
  return Math.min(asked, cores);
}
