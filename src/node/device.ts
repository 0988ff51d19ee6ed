import { PatchclError } from '../core/errors.ts';
import { tunedNodeRuntime } from '../runtime/node/runtime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { usableCores } from './cores.ts';

/** What a training or a prediction computes on. */
export interface DeviceOptions {
  readonly device?: string | undefined;
  readonly threads?: number | undefined;
}

/**
 * @param tell takes what a person should know of it, e.g. that the native ONNX Runtime is missing
 * @throws PatchclError `unsupported` for a device that is not known
 */
export async function runtimeFor(
  { device = 'auto', threads }: DeviceOptions,
  tell: (sentence: string) => void,
): Promise<Runtime> {
  const chosen = device === 'auto' ? 'cpu' : device;
  if (chosen !== 'cpu' && chosen !== 'webgpu' && chosen !== 'cuda') {
    throw new PatchclError('unsupported', `there is no device "${device}"`, { subject: '--device' });
  }
  const cores = usableCores();
  const runtime = await tunedNodeRuntime({ device: chosen, threads: Math.min(threads ?? cores, cores) });
  if (runtime.note !== undefined) tell(runtime.note);
  return runtime;
}

/** The runtime, telling which operators of the training steps it loads onto a device the processor has to compute. */
export function announced(runtime: Runtime, note: (text: string) => void): Runtime {
  const { loadResident } = runtime;
  if (loadResident === undefined) return runtime;
  let told = '';
  return {
    ...runtime,
    loadResident: async (step) => {
      const session = await loadResident(step);
      const sentence = `${runtime.target.device}: ${fallbackSentence(session.fallbacks)}`;
      // Phases of a training mostly have the same to tell.
      if (sentence !== told) note(sentence);
      told = sentence;
      return session;
    },
  };
}

/** @param operators ONNX names, one per node; undefined where they are not known */
export function fallbackSentence(operators: readonly string[] | undefined): string {
  if (operators === undefined) return 'which operators of the training step the processor computes is not known';
  if (operators.length === 0) return 'every operator of the training step runs on the device';
  const counts = new Map<string, number>();
  for (const name of operators) counts.set(name, (counts.get(name) ?? 0) + 1);
  const list = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  return `the processor computes what the device has no kernel for, at the cost of copies: ${list}`;
}
