import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import { findDataset } from './open.ts';
import { KNOWN_LAYOUTS } from './table.ts';
import type { Fixture } from './testing/fixture.ts';
import { FOLDER_FIXTURES } from './testing/folder-fixtures.ts';
import { KNOWN_FIXTURES } from './testing/known-fixtures.ts';

const FIXTURES = [...KNOWN_FIXTURES, ...FOLDER_FIXTURES];

const contentOf = ({ files, json }: Pick<Fixture, 'files' | 'json'>) => ({
  ...Object.fromEntries(files.map((path) => [`set/${path}`, 'x'])),
  ...(json && { 'set/dataset.json': JSON.stringify(json) }),
});

describe('the table of layouts', () => {
  it('stands in the documentation as it is', () => {
    const text = readFileSync(new URL('../../../docs/own-data.md', import.meta.url), 'utf8').replace(/ +/g, ' ');
    for (const { title, files } of KNOWN_LAYOUTS) expect(text).toContain(`| ${title} | ${files} |`);
  });

  it('has a fixture for each row', () => {
    const titles = FIXTURES.map(({ title }) => title);
    expect(KNOWN_LAYOUTS.map(({ title }) => title).filter((title) => !titles.includes(title))).toEqual([]);
  });

  it.each(FIXTURES.map((fixture) => [fixture.title, fixture] as const))('%s', async (_, fixture) => {
    const { dataset, problems } = await findDataset(memoryFiles(contentOf(fixture)), 'set');
    expect(problems.map(({ message }) => message)).toEqual([]);
    expect(dataset.layout).toBe(fixture.layout);
    const rows = dataset.cases.map(({ id, patient, imagePath, label }) =>
      [id, patient, imagePath?.slice(4), label === undefined ? 0 : 1].join(' | '),
    );
    expect(rows).toEqual(fixture.cases.map((row) => row.replace(/[2-9]$/, '1')));
    if (fixture.val) expect(dataset.parts?.val).toEqual(fixture.val);
  });

  it.each(FIXTURES.filter(({ scans }) => scans).map((fixture) => [fixture.title, fixture] as const))(
    '%s: predict takes scans, not masks',
    async (_, fixture) => {
      const scans = await findScans(memoryFiles(contentOf(fixture)), ['set']);
      expect(scans.map(({ id }) => id).sort()).toEqual(fixture.scans?.toSorted());
    },
  );
});

describe('what is nearly a layout', () => {
  const notesOf = async (...paths: string[]) => {
    const { dataset } = await findDataset(memoryFiles(contentOf({ files: paths })), 'set');
    return dataset.notes ?? [];
  };

  it('is told with what is missing', async () => {
    expect(await notesOf('volume-0.nii', 'volume-1.nii')).toEqual([
      expect.stringMatching(/^this is nearly the layout of LiTS .*: volume-0\.nii is there, but no masks$/),
    ]);
    expect(await notesOf('a.png', 'b.png', 'a_ann/a.png', 'a_ann/b.png')).toEqual([
      'files in a_ann/ are called as those in the folder itself; if they are masks, call their folder masks/',
    ]);
    expect(await notesOf('images/a.png', 'drawn/a.png')).toEqual([
      'files in images/ are called as those in drawn/; if they are masks, call their folder masks/',
    ]);
  });

  it('is told when nothing can be read', async () => {
    await expect(notesOf('masks/a.png')).rejects.toThrow('there is masks/, but no folder images/ beside it');
    await expect(notesOf('case_00000/segmentation.nii.gz')).rejects.toThrow(
      /nearly the layout of KiTS .* segmentation\.nii\.gz is there, but no scans/,
    );
  });

  it('names a sequence that is missing', async () => {
    const files = ['t1', 't1ce', 't2', 'flair', 'seg'].map((end) => `BraTS20_1/BraTS20_1_${end}.nii.gz`);
    const { problems } = await findDataset(
      memoryFiles(contentOf({ files: [...files, 'BraTS20_2/BraTS20_2_t1.nii.gz'] })),
      'set',
    );
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('of this scan there is t1, t1, t1ce, t2, flair or t1n, t1c, t2w, t2f were expected'),
    ]);
  });
});
