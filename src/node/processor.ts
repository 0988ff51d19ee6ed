import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/**
 * The processor, for records of what was measured on it. Virtual machines give several generations one name, so that on Linux family
 * and model come along: `AMD EPYC, family 26, model 2`.
 */
export function processorName(): string {
  const name = cpus()[0]?.model.trim() || 'unknown processor';
  const details = cpuInfo();
  const number = (field: string) => details.match(new RegExp(`^${field}\\s*: (\\d+)$`, 'm'))?.[1];
  const [family, model] = [number('cpu family'), number('model')];
  return family === undefined || model === undefined ? name : `${name}, family ${family}, model ${model}`;
}

function cpuInfo(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Only Linux has it.
    return '';
  }
}
