import { describe, expect, it } from 'vitest';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Dataset } from './dataset.ts';
import { DataNotes } from './notes.ts';

const geometry = { spacing: [1, 1, 1], unit: 'px' } as const;
const image: Volume = { data: new Float32Array(1), shape: [1, 1, 1, 1], geometry };
const mask: LabelVolume = { data: new Uint8Array(1), shape: [1, 1, 1], geometry };

const dataset = (cases: Dataset['cases'], notes?: Dataset['notes']): Dataset => ({
  layout: 'folders',
  root: 'set',
  cases,
  ...(notes && { notes }),
});

describe('DataNotes', () => {
  it('takes the notes of a data set, and those of its cases when they are read, each once', async () => {
    const notes = new DataNotes();
    const { cases } = notes.watching(
      dataset(
        [
          {
            id: 'a',
            patient: 'a',
            imagePath: 'set/a.nii',
            labelPath: 'set/a_seg.nii',
            image: async () => ({ ...image, frames: 3, notes: ['odd', 'a slice is missing'] }),
            label: async () => ({ ...mask, notes: ['drawn in colours'] }),
            notes: ['a slice is missing'],
          },
        ],
        ['set/dose.dcm: left out'],
      ),
    );
    expect(notes.lines()).toEqual(['set/dose.dcm: left out']);
    await cases[0]?.image();
    await cases[0]?.image();
    await cases[0]?.label?.();
    expect(notes.lines()).toEqual([
      'set/dose.dcm: left out',
      'set/a.nii: a slice is missing',
      'set/a.nii: 4-D, only frame 1 of 3 is used',
      'set/a.nii: odd',
      'set/a_seg.nii: drawn in colours',
    ]);
  });

  it('names three files and counts the others', () => {
    const notes = new DataNotes();
    for (const subject of ['a', 'b', 'c', 'd', 'e']) notes.add(subject, 'odd');
    expect(notes.lines()).toEqual(['a: odd', 'b: odd', 'c: odd', '... and 2 more files: odd']);
  });

  it('tells of masks with palettes of greys beside masks with palettes of colours', () => {
    const notes = new DataNotes();
    notes.addRead('a.png', { ...mask, hasGreyPalette: true });
    notes.addRead('b.png', mask);
    notes.addRead('c.png', { ...mask, palette: { 0: '#000000', 1: '#ff0000' } });
    expect(notes.lines()).toEqual([
      'c.png: its palette has colours, that of a.png has greys; its indices are taken as classes, of that one the grey values, so classes may be exchanged',
    ]);
  });

  it('tells of masks whose palettes show classes in other colours', () => {
    const notes = new DataNotes();
    notes.addRead('a.png', { ...mask, palette: { 0: '#000000', 1: '#ff0000' } });
    notes.addRead('b.png', { ...mask, palette: { 0: '#000000' } });
    expect(notes.lines()).toEqual([]);
    notes.addRead('c.png', { ...mask, palette: { 0: '#ff0000', 1: '#000000' } });
    expect(notes.lines()).toHaveLength(1);
    expect(notes.lines()[0]).toMatch(/^c\.png: its palette shows class 0 in #ff0000, that of a\.png in #000000/);
  });
});
