import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath } from '../../core/files.ts';

/** Stands in every folder a demo has made: what has no such file is a person's own. */
const MARKER = '.patchcl-demo';

const CONTENT = `patchcl demo has made this folder. The next demo with the same --out replaces its data, supervised, patchcl
and predictions; without this file it would not touch them.
`;

/**
 * Makes a folder the demo's, or finds that it is already. Demos of versions that left no marker are not told from a person's
 * own data, which have the same names of folders.
 *
 * @throws PatchclError `bad-usage` when the folder is not empty and no demo has marked it
 */
export async function claimDemoFolder(files: Files, out: string): Promise<void> {
  const marker = joinPath(out, MARKER);
  if ((await files.kind(marker)) === 'file') return;
  if ((await files.list(out)).length === 0) return files.write(marker, CONTENT);
  const problem = `the folder is not empty and holds no ${MARKER}, so the demo will not replace what is in it`;
  const hint = 'Choose another folder with --out, or remove this one if an earlier version of the demo made it.';
  throw new PatchclError('bad-usage', problem, { subject: out, hint });
}
