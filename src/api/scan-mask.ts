import { gunzipSync, gzipSync } from 'fflate';
import { PatchclError } from '../core/errors.ts';
import { baseName, type Files } from '../core/files.ts';
import type { LabelVolume } from '../imaging/volume.ts';
import type { LoadedScan, MaskFormat, Scan } from '../predict/scans/scan.ts';

export interface ScanMaskParts {
  readonly files: Files;
  readonly scan: Scan;
  readonly loaded: LoadedScan;
  readonly labels: LabelVolume;
  readonly classes: readonly string[];
}

/** Endings of a file's name and the format that they mean, the longest first. */
const ENDINGS: readonly (readonly [ending: string, format: MaskFormat])[] = [
  ['.nii.gz', 'nifti'],
  ['.nii', 'nifti'],
  ['.png', 'png'],
  ['.tiff', 'tiff'],
  ['.tif', 'tiff'],
  ['.dcm', 'dicom-seg'],
];

/** The segmentation of one scan, on the scan's own grid. */
export class ScanMask {
  /** Names the scan: its file's name, or its path below the folder that was given, without extension. */
  readonly id: string;
  /** One class index per voxel, [depth, height, width], in the scan's own size, axes and geometry. */
  readonly labels: LabelVolume;
  /** Class names by label value; 0 is background. */
  readonly classes: readonly string[];
  /** What is odd about the scan: sentences without the final stop. */
  readonly notes: readonly string[];
  /** Formats that {@link ScanMask.encode} can write; the first is the one of the scan's own kind. */
  readonly formats: readonly MaskFormat[];
  readonly #parts: ScanMaskParts;

  constructor(parts: ScanMaskParts) {
    const { scan, loaded, labels, classes } = parts;
    this.id = scan.id;
    this.labels = labels;
    this.classes = classes;
    this.notes = loaded.volume.notes ?? [];
    this.formats = Object.keys(scan.extensions) as MaskFormat[];
    this.#parts = parts;
  }

  /**
   * The mask as a file that lies exactly on the scan.
   *
   * @param format default: the one of the scan's own kind
   * @throws PatchclError `unsupported` where the scan has no such mask
   */
  async encode(format = this.formats[0] as MaskFormat): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.formats.includes(format)) {
      const problem = `the scan has no mask in the format ${format}`;
      throw new PatchclError('unsupported', problem, { subject: this.id, hint: `It has: ${this.formats.join(', ')}.` });
    }
    const { loaded, labels, classes } = this.#parts;
    // No writer gives shared memory, which a Blob would refuse.
    return (await loaded.encodeMask(labels, format, classes)) as Uint8Array<ArrayBuffer>;
  }

  /**
   * Writes the mask; the format follows from the name: `.nii.gz`, `.nii`, `.png`, `.tif`, `.dcm` (DICOM SEG).
   *
   * @throws PatchclError `bad-usage` for a name that says no format, or the scan's own file, `unsupported` as `encode`,
   *   `unwritable` when the disk refuses
   */
  async write(path: string): Promise<void> {
    const { files, scan } = this.#parts;
    const [ending, format] = ENDINGS.find(([end]) => path.toLowerCase().endsWith(end)) ?? [];
    if (ending === undefined || format === undefined) {
      const hint = `End the name with one of: ${ENDINGS.map(([end]) => end).join(', ')}.`;
      throw new PatchclError('bad-usage', 'the name does not say in which format', { subject: path, hint });
    }
    if (scan.files.some((own) => files.absolute(own) === files.absolute(path))) {
      const hint = `Choose another name, such as ${scan.id}_seg${ending}.`;
      throw new PatchclError('bad-usage', 'this is the scan itself, which is never replaced', { subject: path, hint });
    }
    await files.write(path, packed(await this.encode(format), ending));
  }

  /** Voxels of a class. @param klass its name, or its label value */
  count(klass: string | number): number {
    const value = typeof klass === 'number' ? klass : this.classes.indexOf(klass);
    if (this.classes[value] === undefined) {
      const hint = `Known: ${this.classes.join(', ')}.`;
      throw new PatchclError('bad-usage', `there is no class "${klass}"`, { subject: this.id, hint });
    }
    return this.labels.data.reduce((count, label) => count + (label === value ? 1 : 0), 0);
  }

  toString(): string {
    return `mask of ${baseName(this.id)}`;
  }
}

/** A NIfTI file as its name says: compressed or not. */
function packed(bytes: Uint8Array, ending: string): Uint8Array {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (ending === '.nii' && isGzip) return gunzipSync(bytes);
  return ending === '.nii.gz' && !isGzip ? gzipSync(bytes) : bytes;
}
