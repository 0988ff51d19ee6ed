import { PatchclError } from '../core/errors.ts';

/** The file called `name` is not what it claims to be, or not all of it is there. */
export function damaged(name: string, problem: string, cause?: unknown): PatchclError {
  return new PatchclError('bad-file', problem, {
    subject: name,
    hint: 'Copy the file again from its source, or leave it out.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file called `name` may be fine, but uses something that is not read here. */
export function unsupported(name: string, problem: string, hint: string): PatchclError {
  return new PatchclError('unsupported', problem, { subject: name, hint });
}
