import { baseName } from '../../core/files.ts';
import { dot, type FrameHeader, type ImageHeader } from './header.ts';
import { type DicomStack, type StackSlice, stacksOf } from './stack.ts';

/** Cosines and millimetres that differ by less belong to the same stack: files round them. */
const TOLERANCE = 1e-3;

/**
 * Sorts image files into volumes, by what their headers say and never by their names: by series, within a series by size and
 * orientation, and along the normal of the slices. Images without position are volumes of their own.
 *
 * @returns stacks in the order in which their series turn up
 */
export function dicomStacks(images: readonly ImageHeader[]): DicomStack[] {
  const series = new Map<string, ImageHeader[]>();
  for (const image of images) {
    // A file without any UID belongs to nothing but itself.
    const key = image.series === '' ? `file ${image.name}` : `${image.study} ${image.series}`;
    series.set(key, [...(series.get(key) ?? []), image]);
  }
  return [...series.values()].flatMap((members) => {
    const { unique, notes } = withoutCopies(members);
    return groupsOf(unique)
      .flatMap(stacksOf)
      .map((stack) => (notes.length === 0 ? stack : { ...stack, notes: [...notes, ...stack.notes] }));
  });
}

/** One instance may lie in a folder twice. */
function withoutCopies(images: readonly ImageHeader[]): { unique: ImageHeader[]; notes: string[] } {
  const byInstance = new Map<string, ImageHeader>();
  const copies: string[] = [];
  for (const image of images) {
    const key = image.sopInstance === '' ? image.name : image.sopInstance;
    const other = byInstance.get(key);
    if (other === undefined) byInstance.set(key, image);
    else copies.push(`${baseName(image.name)} is the same image as ${baseName(other.name)}`);
  }
  const notes = copies.length > 3 ? [...copies.slice(0, 3), `${copies.length - 3} more images are copies`] : copies;
  return { unique: [...byInstance.values()], notes };
}

function groupsOf(images: readonly ImageHeader[]): StackSlice[][] {
  const groups: StackSlice[][] = [];
  for (const image of images) {
    const flat: StackSlice[] = [];
    for (const frame of image.frames) {
      const slice = { image, frame };
      if (frame.position === undefined || frame.orientation === undefined) {
        flat.push(slice);
        continue;
      }
      // The groups of a series are few, and its next slice most often belongs to the last one.
      const group = groups.findLast((members) => fits(members[0] as StackSlice, slice));
      if (group === undefined) groups.push([slice]);
      else group.push(slice);
    }
    if (flat.length > 0) groups.push(flat);
  }
  return groups;
}

function fits(a: StackSlice, b: StackSlice): boolean {
  const sameSize = a.image.rows === b.image.rows && a.image.columns === b.image.columns;
  return (
    sameSize &&
    a.image.isColour === b.image.isColour &&
    sameOrientation(a.frame, b.frame) &&
    sameSpacing(a.frame, b.frame)
  );
}

function sameOrientation({ orientation: a }: FrameHeader, { orientation: b }: FrameHeader): boolean {
  if (a === undefined || b === undefined) return false;
  return [0, 1].every((i) => dot(a[i as 0 | 1], b[i as 0 | 1]) > 1 - TOLERANCE);
}

function sameSpacing({ spacing: a }: FrameHeader, { spacing: b }: FrameHeader): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.every((value, axis) => Math.abs(value - (b[axis] as number)) < TOLERANCE);
}
