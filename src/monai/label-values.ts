import { IGNORED } from '../imaging/volume.ts';
import { Refusal } from '../studio/refusal.ts';
import { type Segment, segmentsOf } from './segments.ts';

/** What a program says about a segment of a label: its name, and how it counts it. */
interface ToldSegment {
  readonly name: string;
  readonly index: number | undefined;
}

/** Fields by which programs count segments: 3D Slicer, the old and the new OHIF. */
const INDICES = ['idx', 'labelID', 'segmentIndex', 'label'] as const;

/**
 * The class value of each value of a label that has come. Without names, values count the classes of the project.
 *
 * 3D Slicer numbers the segments that it writes from 1, but tells numbers that count those it leaves out too: where the two differ, only one
 * of them fits the voxels, or nobody knows which.
 *
 * @param label values in it
 * @param told `label_info` of the request
 * @param settings with `hasIgnored` where 255 is what nobody has annotated
 * @returns [256], the class value for each value
 * @throws Refusal 400 for a segment that is no class, or of which nobody knows which it is
 */
export function classValues(
  label: Uint8Array,
  told: unknown,
  settings: Parameters<typeof segmentsOf>[0] & { readonly hasIgnored?: boolean },
): Uint8Array {
  const segments = segmentsOf(settings);
  const named = toldSegments(told);
  const values = new Uint8Array(256);
  // Pixels that nobody has annotated stay that, where the masks of the data set have such.
  const isIgnored = (value: number) =>
    value === IGNORED && settings.hasIgnored === true && !named.some(({ index }) => index === IGNORED);
  values[IGNORED] = isIgnored(IGNORED) ? IGNORED : 0;
  const present = [...new Set(label)].filter((value) => value > 0 && !isIgnored(value)).sort((a, b) => a - b);
  const names = namesOf(present, named, segments);
  for (const [i, value] of present.entries()) values[value] = classNamed(names[i] as string, segments);
  return values;
}

/** A label over one that is there: what nobody has annotated, and other programs do not see, stays that where nothing was drawn. */
export function withIgnored(label: Uint8Array, before: Uint8Array): Uint8Array {
  return label.map((value, i) => (value === 0 && before[i] === IGNORED ? IGNORED : value));
}

function namesOf(present: readonly number[], told: readonly ToldSegment[], segments: readonly Segment[]): string[] {
  const byPlace = (value: number) => (told.length > 0 ? told : segments)[value - 1]?.name;
  const byIndex = (value: number) => told.find(({ index }) => index === value)?.name;
  const found = [byIndex, byPlace]
    .map((name) => present.map(name))
    .filter((names): names is string[] => !names.includes(undefined));
  const [one, other] = found;
  if (one === undefined) throw unnamed(present, told, segments);
  const differs = other?.findIndex((name, i) => name !== one[i]) ?? -1;
  if (differs < 0) return one;
  const problem = `nobody can tell whether voxels of ${present[differs]} are ${one[differs]} or ${other?.[differs]}`;
  throw new Refusal(400, problem, {
    hint: 'Remove segments that are no class, such as background, and send it again.',
  });
}

function unnamed(present: readonly number[], told: readonly ToldSegment[], segments: readonly Segment[]): Refusal {
  const names = (told.length > 0 ? told : segments).map(({ name }) => name).join(', ');
  const whose = told.length > 0 ? 'label_info names' : 'the classes are';
  return new Refusal(400, `the label has the values ${present.join(', ')}, but ${whose} ${names}`);
}

function classNamed(name: string, segments: readonly Segment[]): number {
  const lower = name.trim().toLowerCase();
  if (lower === 'background') return 0;
  const found = segments.find((own) => own.name === name) ?? segments.find((own) => own.name.toLowerCase() === lower);
  if (found !== undefined) return found.value;
  const names = segments.map((own) => own.name).join(', ');
  const hint = 'Rename the segment, or add the class in the studio.';
  throw new Refusal(400, `the segment ${name} is no class of this project, which has ${names}`, { hint });
}

function toldSegments(told: unknown): ToldSegment[] {
  if (!Array.isArray(told)) return [];
  return told.slice(0, 256).map((entry: unknown, i) => {
    const fields = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    const index = INDICES.map((field) => fields[field]).find((value) => Number.isInteger(value));
    return { name: String(fields.name ?? `segment ${i + 1}`), index: index as number | undefined };
  });
}
