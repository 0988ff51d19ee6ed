import { PatchclError } from '../../core/errors.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { Case, LabelReading } from '../dataset.ts';
import { describeExtent, isOnImage } from '../read-case.ts';
import { contentHash, type ImageFacts, imageFacts, labelCounts } from './facts.ts';
import { oneFrameOf, type Suspicion, type SuspicionKind } from './suspicion.ts';

/** What is known about one case; plain data. */
export interface CaseFacts {
  readonly id: string;
  readonly patient: string;
  readonly path?: string;
  readonly labelPath?: string;
  readonly hash: string;
  readonly image: ImageFacts;
  /** Voxels by label value; absent without a mask, or when it cannot be read. */
  readonly labels?: readonly number[];
  /** Colours by label value, of a mask that is stored as indices of a colour palette. */
  readonly palette?: Readonly<Record<number, string>>;
  /** Whether it is stored as indices of a palette of greys, whose grey values are the classes. */
  readonly hasGreyPalette?: true;
}

export interface InspectedCase {
  /** Absent when the image cannot be read. */
  readonly facts?: CaseFacts;
  /** Whether training could use the case as it is. */
  readonly isUsable: boolean;
  readonly suspicions: readonly Suspicion[];
}

/** Reads one case, image first, its mask as the data set says; nothing of its voxels is kept. What cannot be read is reported, not thrown. */
export async function inspectCase(item: Case, reading: LabelReading = {}): Promise<InspectedCase> {
  const subject = item.imagePath ?? item.id;
  const listed = noteSuspicions(item.notes ?? [], subject);
  const image = await orProblem(item.image(), subject);
  if ('kind' in image) return { isUsable: false, suspicions: [...listed, image] };
  const read = (image.notes ?? []).filter((note) => item.notes?.includes(note) !== true);
  const notes = [...listed, ...noteSuspicions(read, subject)];
  const common = {
    id: item.id,
    patient: item.patient,
    ...(item.imagePath === undefined ? {} : { path: item.imagePath }),
    hash: await contentHash(image),
    image: imageFacts(image),
  };
  const suspicions = [...notes, ...frameSuspicions(image, subject), ...intensitySuspicions(common.image, subject)];
  if (item.label === undefined) return { facts: common, isUsable: true, suspicions };
  const labelPath = item.labelPath ?? item.id;
  const label = await orProblem(item.label(reading), labelPath);
  if ('kind' in label) return { facts: { ...common, labelPath }, isUsable: false, suspicions: [...suspicions, label] };
  const fits = label.shape.every((length, axis) => length === image.shape[axis + 1]);
  const { palette, hasGreyPalette } = label;
  const facts = {
    ...common,
    labelPath,
    labels: labelCounts(label),
    ...(palette && { palette }),
    ...(hasGreyPalette && { hasGreyPalette }),
  };
  const found = [...suspicions, ...labelSuspicions(label, image, facts.labels, labelPath)];
  return { facts, isUsable: fits || isOnImage(label, image) === true, suspicions: found };
}

async function orProblem<T extends object>(reading: Promise<T>, subject: string): Promise<T | Suspicion> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof PatchclError)) throw error;
    // The message begins with the file, which stands beside it already.
    return { kind: 'unreadable', subject, problem: error.message.replace(`${subject}: `, '') };
  }
}

function noteSuspicions(notes: readonly string[], subject: string): Suspicion[] {
  return notes.map((problem) => ({ kind: 'note', subject, problem }));
}

function frameSuspicions({ frames }: Volume, subject: string): Suspicion[] {
  return frames === undefined ? [] : [{ kind: 'frames', subject, problem: oneFrameOf(frames) }];
}

function intensitySuspicions({ intensities }: ImageFacts, subject: string): Suspicion[] {
  return intensities.flatMap(({ min, max, notFinite }, channel): Suspicion[] => {
    const where = intensities.length === 1 ? '' : ` in channel ${channel}`;
    const found = (kind: SuspicionKind, problem: string): Suspicion => ({ kind, subject, problem: problem + where });
    return [
      ...(notFinite > 0 ? [found('not-finite', `${notFinite} values are NaN or infinite`)] : []),
      ...(min === max ? [found('constant', `all values are ${min}`)] : []),
    ];
  });
}

function labelSuspicions(label: LabelVolume, image: Volume, counts: readonly number[], subject: string): Suspicion[] {
  const found = (kind: SuspicionKind, problem: string): Suspicion => ({ kind, subject, problem });
  const extent = image.shape.slice(1);
  const onImage = isOnImage(label, image);
  const isOther = label.shape.some((length, axis) => length !== extent[axis]) && onImage !== true;
  const sizes = `it has ${describeExtent(label.shape)} pixels, its image has ${describeExtent(extent)}`;
  return [
    ...noteSuspicions(label.notes ?? [], subject),
    ...(isOther ? [found('size', sizes)] : []),
    ...(!isOther && onImage === false
      ? [found('geometry', 'spacing, origin or axes differ from those of its image')]
      : []),
    ...(counts.length === 1 ? [found('empty', 'there is background only')] : []),
  ];
}
