import { PatchclError } from '../core/errors.ts';
import { IGNORED, type LabelVolume } from '../imaging/volume.ts';
import { type ClassScheme, isPlain, readingOf } from './classes.ts';
import type { Case, Split } from './dataset.ts';

/** Neither a class nor unannotated. */
const UNKNOWN = -1;

/**
 * A case whose mask is read as class indices, `IGNORED` where nobody has annotated. All that learns or measures takes such cases.
 * Where classes are their own values and nothing is ignored it is the case itself: `readCase` checks the values.
 */
export function indexedCase(item: Case, scheme: ClassScheme): Case {
  const { label } = item;
  if (label === undefined || (isPlain(scheme.values) && scheme.ignore === undefined)) return item;
  const subject = item.labelPath ?? item.id;
  const read = async () => toIndices(await label(readingOf(scheme.ignore)), scheme, subject);
  return { ...item, label: read, ...(scheme.ignore === undefined ? {} : { mayBeIgnored: true }) };
}

/** A split of such cases. */
export function indexedSplit(split: Split, scheme: ClassScheme): Split {
  const all = (cases: readonly Case[]) => cases.map((item) => indexedCase(item, scheme));
  const { labelled, unlabelled, val, test } = split;
  return { labelled: all(labelled), unlabelled, val: all(val), test: all(test) };
}

/** @throws PatchclError `bad-data` for a value that is no class */
export function toIndices(labels: LabelVolume, scheme: ClassScheme, subject: string): LabelVolume {
  const { values, ignore } = scheme;
  const indices = new Int16Array(256).fill(UNKNOWN);
  for (const [klass, value] of values.entries()) indices[value] = klass;
  if (ignore !== undefined) indices[ignore] = IGNORED;
  const data = new Uint8Array(labels.data.length);
  for (let i = 0; i < data.length; i++) {
    const value = labels.data[i] as number;
    const index = indices[value] as number;
    if (index === UNKNOWN) throw unknownValue(value, scheme, subject);
    data[i] = index;
  }
  return { ...labels, data };
}

/** A mask with the values that its classes were read with. @param values of the classes; default: their indices */
export function toValues(labels: LabelVolume, values: readonly number[] | undefined): LabelVolume {
  if (values === undefined || isPlain(values)) return labels;
  return { ...labels, data: labels.data.map((klass) => values[klass] as number) };
}

/** The error for a label value that is none of the classes. */
export function unknownValue(value: number, { values }: Pick<ClassScheme, 'values'>, subject: string): PatchclError {
  const known = isPlain(values) ? `0 to ${values.length - 1}` : values.join(', ');
  return new PatchclError('bad-data', `label value ${value} was found, but the classes are ${known}`, {
    subject,
    hint: 'Correct the mask, or state all classes under "labels" in dataset.json.',
  });
}
