import { bugText, PatchclError } from '../core/errors.ts';

/** The one place that prints. */
export function write(stream: 'out' | 'error', text: string): void {
  (stream === 'out' ? process.stdout : process.stderr).write(text);
}

/** Results go to standard output, so that they can be piped; everything else goes to standard error. */
export function print(text: string): void {
  write('out', `${text}\n`);
}

export function note(text: string): void {
  write('error', `${text}\n`);
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
    if (this.#live) write('error', `\r\u001b[K${text.slice(0, terminalWidth() - 1)}`);
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
