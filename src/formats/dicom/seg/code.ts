import { buildDataSet } from '../build.ts';
import type { DataSet } from '../data-set.ts';
import { TAG } from '../tags.ts';

/** A coded concept (PS3.3 section 8.8). */
export function code(value: string, scheme: string, meaning: string): DataSet {
  return buildDataSet([
    [TAG.CodeValue, value],
    [TAG.CodingSchemeDesignator, scheme],
    [TAG.CodeMeaning, meaning],
  ]);
}
