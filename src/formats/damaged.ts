import { PatchclError } from '../core/errors.ts';

/** The file called `name` is not what it claims to be, or not all of it is there. */
export function damaged(name: string, problem: string, cause?: unknown): PatchclError {
  return new PatchclError('bad-file', printable(problem), {
    subject: name,
    hint: 'Copy the file again from its source, or leave it out.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file called `name` does not begin as its name or its reader expects. */
export function foreign(name: string, format: string, why = ''): PatchclError {
  const hint = 'Copy the file again if it is damaged, or give it the name of what it is.';
  return unfit(name, `this is not a ${format} file${why}`, hint);
}

/** The file called `name` is whole, but does not hold what was asked for. @param hint what to do about it */
export function unfit(name: string, problem: string, hint: string): PatchclError {
  return new PatchclError('bad-file', printable(problem), { subject: name, hint });
}

/** The file called `name` may be fine, but uses something that is not read here. */
export function unsupported(name: string, problem: string, hint: string): PatchclError {
  return new PatchclError('unsupported', printable(problem), { subject: name, hint });
}

const MOST_CHARACTERS = 300;

/** Problems quote what files say, and damaged files say anything: one line of bearable length, no control characters. */
function printable(problem: string): string {
  const line = Array.from(problem, (character) => ((character.codePointAt(0) as number) < 0x20 ? '?' : character)).join(
    '',
  );
  return line.length <= MOST_CHARACTERS ? line : `${line.slice(0, MOST_CHARACTERS)} ...`;
}
