import type { StudioBackend } from '../studio/backend.ts';
import type { MaskFileKind } from '../studio/jobs/protocol.ts';
import { type NamedFile, plainName } from './http/answer.ts';

export const NIFTI: MaskFileKind = { extension: '.nii.gz', gzip: true };

/** A mask as a file that lies on its scan. @param mask uint8 in the studio's orientation */
export async function maskFileOf(
  { host, reader, withTemporary }: Pick<StudioBackend, 'host' | 'reader' | 'withTemporary'>,
  id: string,
  mask: Uint8Array,
  kind: MaskFileKind,
): Promise<NamedFile & { content: Uint8Array }> {
  return withTemporary((voxels) =>
    withTemporary(async (target) => {
      await host.files.write(voxels, mask);
      await reader.run('layMask', { case: id, voxels, target, ...kind }, { subject: id });
      return { name: `${plainName(id)}${kind.extension}`, type: typeOf(kind), content: await host.files.read(target) };
    }),
  );
}

export function typeOf({ extension }: MaskFileKind): string {
  return extension === '.nii.gz' ? 'application/gzip' : 'application/octet-stream';
}
