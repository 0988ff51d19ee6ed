import { PatchclError } from '../core/errors.ts';
import type { Method } from './method.ts';
import { METHODS } from './registry.ts';

/** Whether a value has what a method has. */
export function isMethod(value: unknown): value is Method {
  const { name, phases } = (value ?? {}) as Partial<Method>;
  return typeof name === 'string' && typeof phases === 'function';
}

/**
 * @param subject what it is called to a person
 * @throws PatchclError `bad-config` for a value that is no method, or one that takes the name of another
 */
export function checkOwnMethod(method: unknown, subject = 'method'): asserts method is Method {
  if (!isMethod(method)) {
    const hint = 'Give it a name and phases, a function that gives a list of phases: see docs/methods.md.';
    throw new PatchclError('bad-config', 'this is not a method', { subject, hint });
  }
  if (!METHODS.some(({ name }) => name === method.name)) return;
  const hint = 'Give it another name.';
  throw new PatchclError('bad-config', `there is a method "${method.name}" already`, { subject, hint });
}
