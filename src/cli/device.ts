import { Option } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { tunedNodeRuntime } from '../runtime/node/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { wholeNumber } from './arguments.ts';

export interface DeviceOptions {
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
}

export function deviceOption(): Option {
  return new Option('--device <name>', 'what computes; auto: cpu').choices(['auto', 'cpu', 'webgpu', 'cuda']);
}

export function threadsOption(): Option {
  return new Option('--threads <n>', 'threads of the processor (default: all cores)').argParser(wholeNumber(1));
}

/** @throws PatchclError `unsupported` for a device that is not known */
export async function runtimeFor({ device = 'auto', threads }: DeviceOptions): Promise<Runtime> {
  const chosen = device === 'auto' ? 'cpu' : device;
  if (chosen !== 'cpu' && chosen !== 'webgpu' && chosen !== 'cuda') {
    throw new PatchclError('unsupported', `there is no device "${device}"`, { subject: '--device' });
  }
  return tunedNodeRuntime({ device: chosen, ...(threads === undefined ? {} : { threads }) });
}
