import { PatchclError } from '../../core/errors.ts';
import { joinPath } from '../../core/files.ts';
import { MASK_FORMATS, type MaskFormat, type Scan } from '../../predict/scans/scan.ts';

export interface TargetOptions {
  /** Where masks go. */
  readonly folder: string;
  /** Default: that of the scan's own kind. */
  readonly format?: MaskFormat;
  /** Also write how probable each class is. */
  readonly probabilities?: boolean;
  readonly overlay?: boolean;
}

/** The files that are written for a scan. */
export interface Targets {
  readonly format: MaskFormat;
  readonly mask: string;
  readonly overlay?: string;
  /** One NIfTI file with a frame per class or, where the mask is a PNG, a picture per class. */
  readonly probabilities?: readonly string[];
}

/** @param classes how many, background included. @throws PatchclError `bad-usage` when the scan has no mask in this format */
export function targetsOf(scan: Scan, options: TargetOptions, classes: number): Targets {
  const { mask, format } = maskTarget(scan, options);
  const at = (ending: string) => joinPath(options.folder, `${scan.id}_${ending}`);
  const maps =
    format === 'png'
      ? Array.from({ length: classes }, (_, k) => at(`probability_${k}.png`))
      : [at(`probabilities${scan.extensions.nifti ?? '.nii.gz'}`)];
  return {
    format,
    mask,
    ...(options.overlay && { overlay: at('overlay.png') }),
    ...(options.probabilities && { probabilities: maps }),
  };
}

/** Where a scan's mask goes. @throws PatchclError `bad-usage` when the scan has no mask in this format */
export function maskTarget(scan: Scan, { folder, format }: TargetOptions): Pick<Targets, 'mask' | 'format'> {
  const own = Object.keys(scan.extensions)[0] as MaskFormat;
  const chosen = format ?? own;
  const extension = scan.extensions[chosen];
  if (extension !== undefined) return { mask: joinPath(folder, scan.id + extension), format: chosen };
  const possible = MASK_FORMATS.filter((name) => scan.extensions[name] !== undefined).join(' or ');
  const problem = `it cannot have a mask in the format ${chosen}`;
  throw new PatchclError('bad-usage', problem, { subject: scan.path, hint: `Choose --format ${possible}.` });
}

export type PlannedTargets = ReadonlyMap<Scan, Targets>;

/** What is written for scans; those that have no mask in this format are left out, to be told when their turn comes. */
export function planTargets(scans: readonly Scan[], options: TargetOptions, classes: number): PlannedTargets {
  const possible = scans.filter(({ extensions }) => options.format === undefined || options.format in extensions);
  return new Map(possible.map((scan) => [scan, targetsOf(scan, options, classes)]));
}

/** The paths of all of them. */
export function pathsOf({ mask, overlay, probabilities = [] }: Targets): string[] {
  return [mask, ...(overlay === undefined ? [] : [overlay]), ...probabilities];
}
