import { type Files, joinPath, stem } from '../../core/files.ts';
import { groupChannels } from '../../data/layouts/channels.ts';
import { canRead } from '../../formats/index.ts';
import { fileScan } from './file-scan.ts';
import type { Scan, ScanFolder } from './scan.ts';

/**
 * Scans of several channels in the naming of nnU-Net: `NAME_0000.nii.gz`, `NAME_0001.nii.gz`, ... are one scan called NAME.
 * Where all files of a folder end in `_0000`, these are scans of one channel; one such file among others is left to others.
 */
export async function channelScans(files: Files, { path, prefix, names }: ScanFolder): Promise<readonly Scan[]> {
  const readable = names.filter(canRead);
  if (readable.every((name) => stem(name).length > 5 && stem(name).endsWith('_0000'))) {
    return readable.map((name) =>
      fileScan(files, [joinPath(path, name)], prefix + stem(name).slice(0, -'_0000'.length)),
    );
  }
  const numbered = names.filter((name) => canRead(name) && /_\d{4}$/.test(stem(name)));
  const caseOf = (name: string) => stem(name).slice(0, -'_0000'.length);
  return [...new Set(numbered.map(caseOf))].flatMap((id) => {
    const own = numbered.filter((name) => caseOf(name) === id);
    const paths = new Map(own.map((name) => [stem(name), joinPath(path, name)]));
    const channels = groupChannels(paths, own.length).images.get(id);
    return channels === undefined || own.length < 2 ? [] : [fileScan(files, channels, prefix + id)];
  });
}
