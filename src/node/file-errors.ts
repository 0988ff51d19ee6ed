import { PatchclError } from '../core/errors.ts';
import { errorCode } from './error-code.ts';

const READ_PROBLEMS: Readonly<Record<string, readonly [problem: string, hint?: string]>> = {
  ENOENT: ['there is no such file', 'Check the path.'],
  ENOTDIR: ['there is no such file, a part of its path is a file and not a folder', 'Check the path.'],
  EISDIR: ['this is a folder, a file was expected'],
  EACCES: ['no permission to read it', 'Ask its owner for read access.'],
  EPERM: ['no permission to read it', 'Ask its owner for read access.'],
  ESPECIAL: ['this is a pipe, a socket or a device, a file was expected', 'Copy its content to a file.'],
  ELOOP: ['this is a link that leads to itself', 'Remove the link.'],
  EBROKENLINK: ['this is a link to a file that is not there', 'Fetch or mount what it leads to, or remove the link.'],
  EMFILE: ['too many files are open at once', 'Raise the limit of open files (ulimit -n).'],
  ERR_FS_FILE_TOO_LARGE: ['the file is larger than 2 GiB, the most that is read at once'],
};

const WRITE_PROBLEMS: Readonly<Record<string, readonly [problem: string, hint?: string]>> = {
  ENXIO: ['nobody reads from this pipe', 'Start its reader first, or choose a file.'],
  ELOOP: ['this is a link that leads to itself', 'Remove the link.'],
  ENOENT: ['nothing can be written here', 'Choose another folder.'],
  ENOSPC: ['no space is left on the disk', 'Free some space or choose another folder.'],
  EDQUOT: ['your disk quota is used up', 'Free some space or choose another folder.'],
  EACCES: ['no permission to write here', 'Choose a folder you may write to.'],
  EPERM: ['no permission to write here', 'Choose a folder you may write to.'],
  EROFS: ['the file system is read-only', 'Choose a folder you may write to.'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'Choose another folder.'],
  EEXIST: ['a part of its path is a file, not a folder', 'Choose another folder.'],
  EISDIR: ['a folder of that name is in the way', 'Move the folder or choose another name.'],
  ENOTEMPTY: ['a folder of that name is in the way', 'Move the folder or choose another name.'],
  ENAMETOOLONG: ['the name is too long for the file system', 'Choose a shorter name.'],
};

/** What an error of the system means to a person who wanted to read. */
export function readError(path: string, cause: unknown): PatchclError {
  const fallback = `cannot be read (${cause instanceof Error ? cause.message : String(cause)})`;
  return toError('bad-file', path, READ_PROBLEMS[errorCode(cause)] ?? [fallback], cause);
}

/** What an error of the system means to a person who wanted to write. */
export function writeError(path: string, cause: unknown): PatchclError {
  const fallback = `cannot be written (${cause instanceof Error ? cause.message : String(cause)})`;
  return toError('unwritable', path, WRITE_PROBLEMS[errorCode(cause)] ?? [fallback], cause);
}

function toError(
  code: 'bad-file' | 'unwritable',
  subject: string,
  [problem, hint]: readonly [string, string?],
  cause: unknown,
): PatchclError {
  return new PatchclError(code, problem, { subject, cause, ...(hint === undefined ? {} : { hint }) });
}
