import { signal } from '@preact/signals';
import { PatchclError } from '../../core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'problem';
  readonly text: string;
}

/** What the page has to say, newest last. */
export const notices = signal<readonly Notice[]>([]);

/** Milliseconds that a notice stays which is no problem. */
const STAY = 6000;
const MOST = 4;
let next = 1;

export function notify(text: string, level: Notice['level'] = 'info'): void {
  const id = next++;
  const others = notices.value.filter((notice) => notice.text !== text);
  notices.value = [...others, { id, level, text }].slice(-MOST);
  if (level === 'info') setTimeout(() => dismiss(id), STAY);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Does something, and says so when it fails: the message alone for what a person can act on. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    notify(messageOf(error), 'problem');
    return undefined;
  }
}

export function messageOf(error: unknown): string {
  if (error instanceof PatchclError) return error.message;
  return error instanceof Error ? `Something went wrong: ${error.message}` : String(error);
}
