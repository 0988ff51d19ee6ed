/** Words that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./~-]+$/;

/** A command as one can type it again into a POSIX shell. @param args what stood after the program's name */
export function commandLine(args: readonly string[]): string {
  return ['patchcl', ...args].map(quoted).join(' ');
}

function quoted(word: string): string {
  return PLAIN.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
