import { zipSync } from 'fflate';
import { isLabel, type StudioCase, type StudioClient } from '../../studio/api/index.ts';

/** The masks of scans in one ZIP file, each as NIfTI that lies on its scan, which every kind of scan can have. */
export async function masksArchive(
  studio: StudioClient,
  cases: readonly StudioCase[],
  of: 'labels' | 'proposal',
): Promise<Uint8Array> {
  const masks: Record<string, Uint8Array> = {};
  for (const { id } of cases) {
    masks[`${id}.nii.gz`] = await studio.ask('exportMask', { case: id, of, format: 'nifti' });
  }
  // They are compressed already.
  return zipSync(masks, { level: 0 });
}

/** Those that have a mask of the kind: labels on some slice, or, for proposals, all that can be read. */
export function withMasks(cases: readonly StudioCase[], of: 'labels' | 'proposal'): StudioCase[] {
  return cases.filter(({ state, slices }) => state === 'ready' && (of === 'proposal' || slices.some(isLabel)));
}
