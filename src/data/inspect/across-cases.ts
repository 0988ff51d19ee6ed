import { largestOf } from '../../core/lists.ts';
import type { Dataset } from '../dataset.ts';
import { Palettes } from '../palettes.ts';
import type { CaseFacts } from './inspect-case.ts';
import type { Suspicion } from './suspicion.ts';

/**
 * What only shows when cases are compared, and with the classes that the data set states.
 */
export function acrossCases(cases: readonly CaseFacts[], stated: StatedClasses): Suspicion[] {
  return [
    ...labelValues(cases, stated),
    ...palettes(cases),
    ...duplicates(cases),
    ...otherChannels(cases),
    ...singleSlices(cases),
  ];
}

const subjectOf = ({ path, id }: CaseFacts) => path ?? id;

type StatedClasses = Pick<Dataset, 'classes' | 'labelValues' | 'ignoreLabel'>;

/** Values beyond the stated classes, and values below the highest that no mask has, unless gaps are stated. */
function labelValues(
  cases: readonly CaseFacts[],
  { classes, labelValues: named, ignoreLabel }: StatedClasses,
): Suspicion[] {
  const masks = cases.flatMap((item) => (item.labels === undefined ? [] : [{ ...item, labels: item.labels }]));
  if (masks.length === 0) return [];
  const highest = largestOf(masks.map(({ labels }) => labels.length)) - 1;
  const beyond = masks
    .flatMap((item) => {
      const isOdd = (value: number) => value !== ignoreLabel && value >= (classes?.length ?? Number.POSITIVE_INFINITY);
      const odd = item.labels.findLastIndex((count, value) => count > 0 && isOdd(value));
      return odd === -1 ? [] : [{ ...item, odd }];
    })
    .map((item): Suspicion => {
      const problem = `label value ${item.odd} was found, the classes are 0 to ${(classes?.length ?? 1) - 1}`;
      return { kind: 'labels', subject: item.labelPath ?? item.id, problem };
    });
  const expected = Math.max(highest, (classes?.length ?? 0) - 1);
  const unused = Array.from({ length: expected }, (_, i) => i + 1)
    .filter((value) => value !== ignoreLabel && (named === undefined || named.includes(value)))
    .filter((value) => masks.every(({ labels }) => (labels[value] ?? 0) === 0))
    .map((value): Suspicion => {
      const name = classes?.[value] === undefined ? '' : ` (${classes[value]})`;
      return { kind: 'unused', subject: `label value ${value}`, problem: `no mask has it${name}` };
    });
  const isEverything = masks.every(({ labels }) => (labels[0] ?? 0) === 0);
  const problem =
    'no mask has it (background): every voxel is of some class; if another value is the background, exchange it for 0';
  const nothing: Suspicion[] = isEverything ? [{ kind: 'unused', subject: 'label value 0', problem }] : [];
  return [...beyond, ...nothing, ...unused];
}

/** Masks that store the same colours under other indices. */
function palettes(cases: readonly CaseFacts[]): Suspicion[] {
  const seen = new Palettes();
  return cases.flatMap(({ id, labelPath, ...mask }): Suspicion[] => {
    const subject = labelPath ?? id;
    const problem = seen.add(subject, mask);
    return problem === undefined ? [] : [{ kind: 'palette', subject, problem }];
  });
}

function duplicates(cases: readonly CaseFacts[]): Suspicion[] {
  const first = new Map<string, CaseFacts>();
  return cases.flatMap((item): Suspicion[] => {
    const other = first.get(item.hash);
    if (other === undefined) {
      first.set(item.hash, item);
      return [];
    }
    const across = other.patient === item.patient ? '' : ', of another patient';
    return [
      { kind: 'duplicate', subject: subjectOf(item), problem: `the same content as ${subjectOf(other)}${across}` },
    ];
  });
}

function otherChannels(cases: readonly CaseFacts[]): Suspicion[] {
  const usual = mostCommon(cases.map(({ image }) => image.intensities.length));
  return cases
    .filter(({ image }) => image.intensities.length !== usual)
    .map((item): Suspicion => {
      const problem = `it has ${item.image.intensities.length} channels, most scans have ${usual}`;
      return { kind: 'channels', subject: subjectOf(item), problem };
    });
}

/** Slices beside volumes may be meant; where volumes are the rule they are rather cut off. */
function singleSlices(cases: readonly CaseFacts[]): Suspicion[] {
  const single = cases.filter(({ image }) => image.size[0] === 1);
  if (single.length === 0 || single.length * 2 > cases.length) return [];
  return single.map((item): Suspicion => {
    return { kind: 'single-slice', subject: subjectOf(item), problem: 'it has one slice, most scans have several' };
  });
}

function mostCommon(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
