import { PatchclError } from '../../../core/errors.ts';
import { Refusal } from '../../refusal.ts';

/** Checks that work in Node and in a page. @throws Error */
export function check(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`it is not so that ${what}`);
}

export function equal(found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${b} was expected, ${a} was found`);
}

/** @param how a status, a code, or a part of the message */
export async function refused(how: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const status = error instanceof Refusal ? String(error.status) : '';
    const code = error instanceof PatchclError ? error.code : '';
    if ([status, code].includes(how) || text.includes(how)) return;
    throw new Error(`${how} was expected, "${text}" came`);
  }
  throw new Error(`it was not refused: ${how} was expected`);
}
