import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { resolveConfig } from '../../settings/load-config.ts';
import { findDataset } from '../layouts/open.ts';

const SET = Object.fromEntries(
  ['Graz/p1_a.png', 'Graz/p1_b.png', 'Wien/p2_a.png', 'Graz/p1_a_mask.png'].map((path) => [`set/${path}`, '']),
);

const patientsBy = async (patients: number | string, more: Record<string, string> = {}) => {
  const { dataset } = await findDataset(memoryFiles({ ...SET, ...more }), 'set', { patients });
  return { names: dataset.cases.map(({ patient }) => patient), rule: dataset.patients?.rule };
};

describe('data.patients', () => {
  it.each<[string, number | string, string[], string]>([
    ['the outermost folder', 1, ['Graz', 'Graz', 'Wien'], 'the one of level 1, as data.patients says'],
    ['the innermost folder', -1, ['Graz', 'Graz', 'Wien'], 'level -1'],
    ['a pattern', '/(p\\d+)', ['p1', 'p1', 'p2'], 'by the pattern /(p\\d+) of data.patients'],
    ['a named group', '([A-Z])\\w+/(?<patient>\\w+)', ['p1_a', 'p1_b', 'p2_a'], 'pattern'],
    ['each scan', 'scan', ['Graz_p1_a', 'Graz_p1_b', 'Wien'], 'each scan is of a patient of its own'],
    ['a table', 'who.csv', ['anna', 'anna', 'bert'], 'patients are those of who.csv'],
  ])('takes %s', async (_, setting, expected, rule) => {
    const table = 'patient,scan\n"anna",Graz/p1_a.png\nanna,Graz_p1_b\n\nbert,p2_a\n';
    const found = await patientsBy(setting, { 'who.csv': table });
    expect(found.names).toEqual(expected);
    expect(found.rule).toContain(rule);
  });

  it.each<[string, number | string, string]>([
    ['a level that is not there', 2, 'data.patients: there is no folder of level 2 above some scans: Graz/p1_a.png, '],
    [
      'a pattern that does not fit',
      '^(Graz)',
      'data.patients: the pattern ^(Graz) does not fit some scans: Wien/p2_a.png.',
    ],
    ['no table', 'gone.csv', 'gone.csv: there is no such file'],
    [
      'a scan without a line',
      'who.csv',
      'data.patients: who.csv has no line for some scans: Graz/p1_b.png, Wien/p2_a.png.',
    ],
    ['half a line', 'half.csv', 'half.csv: line 2 was expected to name a scan and its patient.'],
    ['a scan of two', 'two.csv', 'two.csv: line 2 gives p1_a to bert, an earlier line to anna.'],
    ['an empty table', 'empty.csv', 'empty.csv: it has no lines with a scan and its patient.'],
  ])('says so: %s', async (_, setting, message) => {
    const tables = {
      'who.csv': 'p1_a.png;anna',
      'half.csv': 'p1_a,anna\np1_b',
      'two.csv': 'p1_a\tanna\np1_a\tbert',
      'empty.csv': '\n',
    };
    await expect(patientsBy(setting, tables)).rejects.toThrow(message);
  });

  it.each<[number | string, string]>([
    ['(p', 'this is no regular expression'],
    ['p\\d+', 'the pattern needs a group in brackets around the patient'],
    [0, 'folders are counted from 1'],
  ])('is checked before anything is read: %s', (patients, message) => {
    expect(() => resolveConfig({ overrides: { data: { patients } } })).toThrow(message);
  });
});
