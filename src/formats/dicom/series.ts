import { baseName } from '../../core/files.ts';
import { dot, type FrameHeader, type ImageHeader } from './header.ts';
import { type DicomStack, type StackSlice, stacksOf } from './stack.ts';

/** Cosines and millimetres that differ by less belong to the same stack: files round them. */
const TOLERANCE = 1e-3;

/**
 * Sorts image files into volumes, by what their headers say and never by their names. It sorts by patient and series, within a series by
 * size and orientation, and along the normal of the slices. Images without position are volumes of their own.
 *
 * @returns stacks in the order in which their series turn up
 */
export function dicomStacks(images: readonly ImageHeader[]): DicomStack[] {
  const series = new Map<string, ImageHeader[]>();
  for (const image of images) {
    // A file without any UID belongs to nothing but itself. Careless programs give the series of two persons one UID.
    const key = image.series === '' ? `file ${image.name}` : `${image.patient ?? ''} ${image.study} ${image.series}`;
    const members = series.get(key);
    if (members === undefined) series.set(key, [image]);
    else members.push(image);
  }
  return [...series.values()].flatMap((members) => {
    const { unique, notes: copies } = withoutCopies(members);
    const { groups, notes: unplaced } = groupsOf(unique);
    const odd = new Set(unique.flatMap((image) => image.notes));
    const notes = [...odd, ...copies, ...unplaced];
    return groups
      .flatMap(stacksOf)
      .map((stack) => (notes.length === 0 ? stack : { ...stack, notes: [...notes, ...stack.notes] }));
  });
}

/** Files that are named in a note; the others are counted. */
const NAMED = 3;

/** One instance may lie in a folder twice; images that only share its UID, as careless programs make them, are not the same. */
function withoutCopies(images: readonly ImageHeader[]): { unique: ImageHeader[]; notes: string[] } {
  const byContent = new Map<string, ImageHeader>();
  const byInstance = new Map<string, number>();
  const copies: string[] = [];
  for (const image of images) {
    const key = image.sopInstance === '' ? image.name : `${image.sopInstance} ${contentKey(image)}`;
    const other = byContent.get(key);
    if (other !== undefined) {
      copies.push(`${baseName(image.name)} is the same image as ${baseName(other.name)}`);
      continue;
    }
    byContent.set(key, image);
    if (image.sopInstance !== '') byInstance.set(image.sopInstance, (byInstance.get(image.sopInstance) ?? 0) + 1);
  }
  let shared = 0;
  for (const count of byInstance.values()) shared = Math.max(shared, count);
  return {
    unique: [...byContent.values()],
    notes: [
      ...copies.slice(0, NAMED),
      ...(copies.length > NAMED ? [`${copies.length - NAMED} more images are copies`] : []),
      ...(shared > 1
        ? [`${shared} images share one SOP Instance UID, but differ in place or number; all are used`]
        : []),
    ],
  };
}

/** What images that are not the same differ in. */
function contentKey({ instanceNumber, rows, columns, frames }: ImageHeader): string {
  const [first] = frames;
  const moments = Object.entries(first?.moments ?? {}).flat();
  return [instanceNumber, rows, columns, frames.length, first?.position, first?.orientation, moments].join(' ');
}

/** Images that are slices of a volume as a rule: CT, MR and PET, where pictures such as X-rays stand alone. */
const SLICES: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.1.1.2',
  '1.2.840.10008.5.1.4.1.1.4',
  '1.2.840.10008.5.1.4.1.1.128',
]);

/** Slices that make up one grid, or lie on none; those without a place among slices that have one are left out. */
function groupsOf(images: readonly ImageHeader[]): { groups: StackSlice[][]; notes: string[] } {
  const groups: StackSlice[][] = [];
  const unplaced: StackSlice[][] = [];
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
    if (flat.length > 0) unplaced.push(flat);
  }
  const placed = groups.reduce((sum, { length }) => sum + length, 0);
  const without = unplaced.reduce((sum, { length }) => sum + length, 0);
  if (without === 0 || placed <= without) {
    const isTorn = unplaced.length > 1 && unplaced.flat().every(({ image }) => SLICES.has(image.sopClass));
    const torn = `${unplaced.length} slices of this series do not state where they lie, so each is a scan of its own`;
    return { groups: [...groups, ...unplaced], notes: isTorn ? [torn] : [] };
  }
  const names = [...new Set(unplaced.flat().map(({ image }) => baseName(image.name)))];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  const verb = without === 1 ? 'states no position and is' : 'state no position and are';
  return { groups, notes: [`${names.slice(0, NAMED).join(', ')}${more} ${verb} left out`] };
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
