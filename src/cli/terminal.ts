import { PatchclError } from '../core/errors.ts';

/** Results go to standard output, so that they can be piped; everything else goes to standard error. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** One sentence for a person's mistake, the stack for ours; the exit status tells scripts. */
export function fail(error: unknown): void {
  if (error instanceof PatchclError) note(`patchcl: ${error.message}`);
  else note(`patchcl: this is a bug, please report it.\n${error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = 1;
}

/** `75` is `1:15`, `4000` is `1:06:40`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}
