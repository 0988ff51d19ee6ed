import { type Files, joinPath, stem } from '../../core/files.ts';
import { groupChannels } from '../../data/layouts/nnunet.ts';
import { canRead } from '../../formats/index.ts';
import { fileScan } from './file-scan.ts';
import type { Scan, ScanFolder } from './scan.ts';

/**
 * Scans of several channels in the naming of nnU-Net: `NAME_0000.nii.gz`, `NAME_0001.nii.gz`, ... are one scan called NAME.
 * A file `NAME_0000` by itself is left to others.
 */
export async function channelScans(files: Files, { path, prefix, names }: ScanFolder): Promise<readonly Scan[]> {
  const numbered = names.filter((name) => canRead(name) && /_\d{4}$/.test(stem(name)));
  const caseOf = (name: string) => stem(name).slice(0, -'_0000'.length);
  return [...new Set(numbered.map(caseOf))].flatMap((id) => {
    const own = numbered.filter((name) => caseOf(name) === id);
    const paths = new Map(own.map((name) => [stem(name), joinPath(path, name)]));
    const channels = groupChannels(paths, own.length).images.get(id);
    return channels === undefined || own.length < 2 ? [] : [fileScan(files, channels, prefix + id)];
  });
}
