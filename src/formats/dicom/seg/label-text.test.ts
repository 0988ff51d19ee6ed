import { expect, it } from 'vitest';
import { readPart10 } from '../part10.ts';
import { segmentsOf } from './header.ts';
import { labelTexts } from './label-text.ts';
import { labelsOf, options, source, uids } from './testing/seg-source.ts';
import { writeDicomSeg } from './write.ts';

const ODD = [
  'background',
  'liver\\left',
  'a\tb\r\nc',
  '\u0000',
  '  心 Größe  ',
  'x'.repeat(70),
  `${'x'.repeat(64)}y`,
  '𝄞'.repeat(70),
];

it('names of classes become texts that DICOM can hold, each its own', () => {
  const texts = labelTexts(ODD);
  expect(texts.slice(0, 5)).toEqual(['background', 'liver/left', 'a b c', 'class 3', '心 Größe']);
  expect(texts.slice(5, 7)).toEqual(['x'.repeat(64), `${'x'.repeat(60)} (2)`]);
  expect(texts[7]).toBe('𝄞'.repeat(64));
  expect(labelTexts(['a/b', 'a\\b', 'a\\b'])).toEqual(['a/b', 'a/b (2)', 'a/b (3)']);
  expect(labelTexts(['half \ud800'])).toEqual(['half']);
});

it('segments of odd names are read back by those texts, each with one value', async () => {
  const { files, stack } = await source();
  const labels = labelsOf(stack.geometry);
  for (const type of ['binary', 'labelmap'] as const) {
    const given = { ...options, classes: ODD, type, stack, source: files['0.dcm'] as Uint8Array, uid: uids() };
    const { dataSet } = readPart10(writeDicomSeg(labels, given), 'seg.dcm');
    expect(segmentsOf(dataSet).map(({ label }) => label)).toEqual(labelTexts(ODD).slice(1));
  }
});
