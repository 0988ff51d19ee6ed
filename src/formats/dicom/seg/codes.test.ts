import { describe, expect, it } from 'vitest';
import { pythonWith } from '../../../testing/python.ts';
import { TAG } from '../tags.ts';
import { codesOf, FINDINGS, SIDES, STRUCTURES } from './codes.ts';

/** What pydicom's copy of PS3.16 does not hold: checked by hand in SNOMED CT, "Myocardium structure (body structure)". */
const CHECKED_BY_HAND = { myocardium: '74281007' };

/** Other words for what PS3.16 calls otherwise. */
const SYNONYMS: Readonly<Record<string, string>> = {
  oesophagus: 'esophagus',
  'small bowel': 'small intestine',
  'urinary bladder': 'bladder',
  tumour: 'tumor',
};

const LOOK_UP = `
import json, sys
from pydicom.sr._concepts_dict import concepts
found = {}
for by_value in concepts['SCT'].values():
    for value, (meaning, _) in by_value.items():
        found.setdefault(value, []).append(meaning.lower())
print(json.dumps({value: found.get(value, []) for value in json.load(sys.stdin)}))
`;

const python = pythonWith('pydicom');

describe.skipIf(python === undefined)('the SNOMED codes of classes', () => {
  it('mean in PS3.16, as pydicom has it, what the class is called', () => {
    const all = { ...STRUCTURES, ...FINDINGS, ...SIDES };
    const values = [...Object.values(all), '91723000', '49755003'];
    const meanings = python?.(LOOK_UP, [], JSON.stringify(values)) as Record<string, string[]>;
    const wrong = Object.entries(all).filter(([name, value]) => !meanings[value]?.includes(SYNONYMS[name] ?? name));
    expect(wrong).toEqual(Object.entries(CHECKED_BY_HAND));
    expect(meanings['91723000']).toContain('anatomical structure');
    expect(meanings['49755003']).toContain('morphologically abnormal structure');
  });
});

describe('one of a pair', () => {
  it.each([
    ['left_kidney', '64033007', '7771000', 'Left'],
    ['Right adrenal gland', '23451007', '24028007', 'Right'],
  ])('is the structure and its side: %s', (name, value, side, meaning) => {
    const { type } = codesOf(name, 1);
    const modifier = type.item(TAG.SegmentedPropertyTypeModifierCodeSequence);
    expect([type.text(TAG.CodeValue), modifier?.text(TAG.CodeValue), modifier?.text(TAG.CodeMeaning)]).toEqual([
      value,
      side,
      meaning,
    ]);
  });

  it('is nothing for what there is one of, or has codes of its own', () => {
    expect(codesOf('left liver', 3).type.text(TAG.CodeValue)).toBe('class-3');
    expect(codesOf('left atrium', 3).type.text(TAG.CodeValue)).toBe('82471001');
  });
});
