import { IGNORED } from '../../imaging/volume.ts';
import { unknownValue } from '../class-indices.ts';
import { areClasses, readingOf, valuesIn } from '../classes.ts';
import type { Case } from '../dataset.ts';
import { type ReadCase, readCase } from '../read-case.ts';

/** Label values that a class of a project may have: those below `IGNORED`. */
const VALUES = IGNORED;

/**
 * A case whose mask keeps its label values, with `IGNORED` where the data set says that nobody has annotated.
 *
 * @param ignore the value that says so
 */
export function withIgnored(item: Case, ignore: number | undefined): Case {
  const { label } = item;
  if (label === undefined || ignore === undefined) return item;
  const read = async () => {
    const labels = await label(readingOf(ignore));
    if (ignore !== IGNORED && labels.data.includes(IGNORED)) {
      const values = Array.from({ length: VALUES }, (_, value) => value);
      throw unknownValue(IGNORED, { values }, item.labelPath ?? item.id);
    }
    return { ...labels, data: labels.data.map((value) => (value === ignore ? IGNORED : value)) };
  };
  return { ...item, label: read, mayBeIgnored: true };
}

/**
 * Reads a case with the label values of its own mask, rising, those of pixels that nobody has annotated left out.
 *
 * @param stated how many classes the data set states; undefined: the values of its masks are classes, unless they look like grey levels
 * @throws PatchclError `bad-data` for values that are no classes
 */
export async function readGiven(item: Case, stated: number | undefined): Promise<ReadCase & { values: number[] }> {
  const read = await readCase(item, stated ?? VALUES);
  const values = read.label === undefined ? [] : valuesIn(read.label.data).filter((value) => value !== IGNORED);
  if (stated === undefined && !areClasses(values)) {
    throw unknownValue(values.at(-1) as number, { values: [0, 1] }, item.labelPath ?? item.id);
  }
  return { ...read, values };
}
