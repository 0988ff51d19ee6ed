import { z } from 'zod';
import { PatchclError } from '../../core/errors.ts';
import { type Files, joinPath, readText } from '../../core/files.ts';
import { isOrientation } from '../../imaging/orientation.ts';

/** Names in the folder of a studio project, and in the copy of its labels that a run learned from. */
export const STUDIO_FILES = { settings: 'studio.json', labels: 'labels', uploads: 'uploads' } as const;

/** How a class is shown and drawn. */
export const classLookSchema = z.strictObject({
  /** The label value, which a class keeps whatever happens to the others. */
  value: z.int().min(1),
  /** As `#1a9641`; absent: that of its value. */
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'a colour as #1a9641 was expected')
    .exactOptional(),
  /** Drawing leaves its pixels as they are. */
  isLocked: z.boolean().exactOptional(),
  isHidden: z.boolean().exactOptional(),
});
export type ClassLook = z.infer<typeof classLookSchema>;

const studioSettingsSchema = z.strictObject({
  /** Version 2 has a journal of labels, which version 1 would not see. */
  version: z.union([z.literal(1), z.literal(2)]),
  /** Folder of the scans. */
  data: z.string(),
  /** Folder of scans that were added in the studio. */
  uploads: z.string().exactOptional(),
  /** Class names by label value, those of removed classes among them: a value is never given to another class. */
  classes: z.array(z.string()).min(2),
  /** How classes are shown, in the order in which they are listed. Those that do not stand here follow. */
  looks: z.array(classLookSchema).exactOptional(),
  /** Values of classes that were removed. Their pixels are kept, and count as background. */
  removed: z.array(z.int().min(1)).exactOptional(),
  /** Values below the highest that no mask has: classes of nobody, which are not learned. */
  gaps: z.array(z.int().min(1)).exactOptional(),
  /** Orientation in which slices are counted and labels are stored; absent for pictures. */
  orientation: z.string().refine(isOrientation).exactOptional(),
  /** Patients that are validated on, whichever labels come later. */
  validation: z.array(z.string()),
  /** Whether a person has chosen them: then no others join. */
  isValidationChosen: z.boolean().exactOptional(),
  /** The run whose model proposes, and whether a person has chosen it. */
  proposes: z.strictObject({ run: z.string(), isChosen: z.boolean(), because: z.string() }).exactOptional(),
  /** Cases that were removed from the project; their files stay. */
  leftOut: z.array(z.string()).exactOptional(),
});
export type StudioSettings = z.infer<typeof studioSettingsSchema>;

/** @throws PatchclError `bad-file` when it is not as expected */
export async function readStudioSettings(files: Files, root: string): Promise<StudioSettings> {
  const path = joinPath(root, STUDIO_FILES.settings);
  try {
    return studioSettingsSchema.parse(JSON.parse(await readText(files, path)));
  } catch (cause) {
    const hint = 'Move it away; labels and runs beside it are kept.';
    throw new PatchclError('bad-file', 'these are not the settings of a studio project', {
      subject: path,
      hint,
      cause,
    });
  }
}

/** Values of the classes that there are, rising, background first: the label value of each class that a model learns. */
export function presentClasses({
  classes,
  removed = [],
  gaps = [],
}: Pick<StudioSettings, 'classes' | 'removed' | 'gaps'>): number[] {
  return classes.map((_, value) => value).filter((value) => !removed.includes(value) && !gaps.includes(value));
}

/** Folder of the labels of a case. */
export function labelFolder(root: string, id: string): string {
  return joinPath(root, STUDIO_FILES.labels, id);
}

/** Path of the label of a slice, as a file of its own. */
export function labelPath(root: string, id: string, slice: number): string {
  return joinPath(labelFolder(root, id), `${String(slice).padStart(5, '0')}.label`);
}
