import { signal } from '@preact/signals';
import { PatchclError } from '../../core/errors.ts';

export interface Notice {
  readonly id: number;
  readonly level: 'info' | 'problem';
  readonly text: string;
  /** When it came, milliseconds. */
  readonly at: number;
  /** Something that a person may do about it. */
  readonly action?: NoticeAction;
}

export interface NoticeAction {
  readonly label: string;
  readonly act: () => void;
}

/** What the page has to say, newest last. */
export const notices = signal<readonly Notice[]>([]);

/** Milliseconds that a remark stays, and one that asks something. A problem stays until a person has read it: dismisses it, or goes on. */
const STAY = 6000;
const STAY_LONG = 20_000;
const MOST = 4;
let next = 1;

export function notify(text: string, level: Notice['level'] = 'info', action?: NoticeAction): void {
  const id = next++;
  const others = notices.value.filter((notice) => notice.text !== text);
  notices.value = [...others, { id, level, text, at: Date.now(), ...(action && { action }) }].slice(-MOST);
  if (level === 'info') setTimeout(() => dismiss(id), action === undefined ? STAY : STAY_LONG);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Who goes to another page has read what has been there for a while. */
export function dismissRead(): void {
  notices.value = notices.value.filter(({ at }) => Date.now() - at < STAY);
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
