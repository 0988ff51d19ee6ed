import { bugText, PatchclError } from '../core/errors.ts';

/** Control characters but for the end of a line and the tab: a file's name must not move the cursor or colour the screen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text as it may be shown: control characters, and those that turn the direction of writing, as `\\x1b`. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (sign) => {
    const code = sign.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
  });
}

/** The one place that prints. */
export function write(stream: 'out' | 'error', text: string): void {
  (stream === 'out' ? process.stdout : process.stderr).write(text);
}

/** Results go to standard output, so that they can be piped; everything else goes to standard error. */
export function print(text: string): void {
  write('out', `${printable(text)}\n`);
}

export function note(text: string): void {
  write('error', `${printable(text)}\n`);
}

/** One sentence for a person's mistake, the stack for ours. @returns the exit status */
export function fail(error: unknown): number {
  if (error instanceof PatchclError) note(`patchcl: ${error.message}`);
  else note(`patchcl: ${bugText(error)}`);
  return 1;
}

/** Columns of the terminal; one that does not tell, or says 0, counts as 80. */
export function terminalWidth(): number {
  return process.stderr.columns || 80;
}

/** A line that is rewritten while work goes on, on a terminal only. */
export class ProgressLine {
  readonly #live = process.stderr.isTTY === true;

  show(text: string): void {
    if (this.#live)
      write(
        'error',
        `\r\u001b[K${printable(text)
          .replaceAll('\n', ' ')
          .slice(0, terminalWidth() - 1)}`,
      );
  }

  clear(): void {
    if (this.#live) write('error', '\r\u001b[K');
  }
}

/** `75` is `1:15`, `4000` is `1:06:40`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
