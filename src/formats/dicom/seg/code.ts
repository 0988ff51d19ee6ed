import { buildDataSet } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { TAG } from '../tags.ts';

/**
 * A coded concept (PS3.3 section 8.8).
 *
 * @param modifier of what a segment shows, such as its side
 */
export function code(value: string, scheme: string, meaning: string, modifier?: DataSet): DataSet {
  return buildDataSet([
    [TAG.CodeValue, value],
    [TAG.CodingSchemeDesignator, scheme],
    [TAG.CodeMeaning, meaning],
    [TAG.SegmentedPropertyTypeModifierCodeSequence, modifier && [modifier]],
  ]);
}
