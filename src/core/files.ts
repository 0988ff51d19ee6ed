/** One entry of a folder listing. */
export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/**
 * The file system as everything below the doors sees it: Node's, a browser's private one, or one in memory for tests.
 * Paths use `/`; relative ones are relative to wherever the door says.
 */
export interface Files {
  /** The whole file. @throws PatchclError `bad-file` when it is missing or unreadable. */
  read(path: string): Promise<Uint8Array>;
  /** The first bytes of a file, fewer when it is shorter. @throws PatchclError `bad-file` as `read`. */
  readStart(path: string, length: number): Promise<Uint8Array>;
  /** The entries of a folder, sorted by name; empty when there is no such folder. */
  list(path: string): Promise<readonly Entry[]>;
  /** A text that is another one once the file was written again; undefined where there is no such file. */
  stamp?(path: string): Promise<string | undefined>;
  /** What stands at the path, if anything. */
  kind(path: string): Promise<Entry['kind'] | undefined>;
  /** Replaces the file, whole or not at all; makes its folders. @throws PatchclError `unwritable`. */
  write(path: string, content: Uint8Array | string): Promise<void>;
  /**
   * Adds whole lines or records at the end of the file; makes the file and its folders. Calls for one path take effect in
   * the order they are made, and a resolved promise means the content survives the end of this process. A crash may leave
   * the front part of the last content, never a gap: who reads the file drops an unfinished last record.
   * @throws PatchclError `unwritable`.
   */
  append(path: string, content: Uint8Array | string): Promise<void>;
  /** Removes a file or a folder with all that is in it; silent when there is none. */
  remove(path: string): Promise<void>;
  /** Removes a folder in which there is nothing; silent when there is something, or no such folder. */
  removeEmpty(path: string): Promise<void>;
  /** The same place for whoever asks from elsewhere: what is written down about places must not be relative. */
  absolute(path: string): string;
}

/** Joins path parts with single slashes: `joinPath('a/', 'b')` is `a/b`. */
export function joinPath(...parts: readonly string[]): string {
  return parts
    .filter((part) => part !== '')
    .join('/')
    .replace(/(?<!^)\/{2,}/g, '/');
}

/** Gives files of the folder that a file lies in, by their names; folders in names do not count. */
export function besideOf(files: Files, path: string): (name: string) => Promise<Uint8Array> {
  const folder = path.slice(0, path.length - baseName(path).length);
  return (name) => files.read(`${folder}${baseName(name.replaceAll('\\', '/'))}`);
}

/** The last part of a path: `a/b.nii.gz` gives `b.nii.gz`. */
export function baseName(path: string): string {
  return path.replace(/\/+$/, '').replace(/^.*\//, '');
}

/** The name without folder and without (double) extension: `a/b.nii.gz` gives `b`. */
export function stem(path: string): string {
  return baseName(path).replace(/(\.nii|\.dcm)?\.[^.]+$/i, '');
}

/** Text of a UTF-8 file. */
export async function readText(files: Files, path: string): Promise<string> {
  return new TextDecoder().decode(await files.read(path));
}
