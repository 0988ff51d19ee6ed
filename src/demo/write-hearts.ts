import { type Files, joinPath } from '../core/files.ts';
import { writeNifti } from '../formats/index.ts';
import { SYNTHETIC_HEART_CLASSES, type SyntheticHeart, syntheticHearts } from './synthetic-heart.ts';

export interface DemoData {
  /** Patients with masks: the labelled ones, validation and test. */
  readonly annotated: number;
  /** Patients without. */
  readonly unannotated: number;
  /** Rows and columns of a slice. */
  readonly size: number;
  readonly slices: number;
  readonly seed: number;
}

/**
 * Writes synthetic heart scans the way a person's own data would lie: images/ and masks/ in NIfTI, no mask where nobody
 * has drawn one, dataset.json with the names of the classes.
 */
export async function writeHearts(files: Files, folder: string, options: DemoData): Promise<void> {
  const { annotated, unannotated, size, slices, seed } = options;
  const hearts = syntheticHearts({ patients: annotated + unannotated, size, slices, seed });
  await files.remove(folder);
  for (const [index, heart] of hearts.entries()) await writeHeart(files, folder, heart, index < annotated);
  const labels = Object.fromEntries(SYNTHETIC_HEART_CLASSES.map((name, value) => [String(value), name]));
  await files.write(
    joinPath(folder, 'dataset.json'),
    `${JSON.stringify({ name: 'synthetic hearts', labels }, null, 2)}\n`,
  );
}

async function writeHeart(files: Files, folder: string, heart: SyntheticHeart, withMask: boolean): Promise<void> {
  const name = `${heart.id}.nii.gz`;
  await files.write(joinPath(folder, 'images', name), writeNifti(heart.image));
  if (withMask) await files.write(joinPath(folder, 'masks', name), writeNifti(heart.label));
}
