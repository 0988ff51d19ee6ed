import { describe, expect, it } from 'vitest';
import { memoryFiles } from '../../../core/memory-files.ts';
import { readDatasetJson } from './read.ts';

const read = (json: object | string) =>
  readDatasetJson(memoryFiles({ 'set/dataset.json': typeof json === 'string' ? json : JSON.stringify(json) }), 'set');

const AREAS = { background: 0, 'whole tumor': [1, 2, 3], 'tumor core': [2, 3], 'enhancing tumor': 3 };

describe('dataset.json', () => {
  it.each<[string, object, object]>([
    ['names by value', { labels: { 0: 'background', 2: 'b' } }, { classes: ['background', 'class 1', 'b'] }],
    ['values by name', { labels: { background: 0, a: 1, b: '2' } }, { classes: ['background', 'a', 'b'] }],
    ['a list', { labels: ['none', 'cell'] }, { classes: ['none', 'cell'] }],
    [
      'a label of what nobody has annotated',
      { labels: { background: 0, a: 1, ignore: 2 } },
      { classes: ['background', 'a'], ignoreLabel: 2 },
    ],
    ['the same by value', { labels: { 0: 'background', 1: 'a', 255: 'Ignore' } }, { ignoreLabel: 255 }],
    ['channels', { channel_names: { 1: 'T2', 0: 'T1' } }, { channels: ['T1', 'T2'] }],
    ['channels of the Decathlon', { modality: { 0: 'CT' } }, { channels: ['CT'] }],
    [
      'colours by value and by name',
      { labels: { background: 0, road: 1 }, colors: { 0: [0, 0, 0], road: '#Ff8000' } },
      {
        colours: [
          { value: 0, colour: [0, 0, 0] },
          { value: 1, colour: [255, 128, 0] },
        ],
      },
    ],
    [
      'colours in a list',
      {
        colours: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      {
        colours: [
          { value: 0, colour: [1, 2, 3] },
          { value: 1, colour: [4, 5, 6] },
        ],
      },
    ],
  ])('takes %s', async (_, json, expected) => {
    expect(await read(json)).toMatchObject(expected);
  });

  it('makes a class of each value of regions that lie in one another, with a note', async () => {
    const { classes, notes, ignoreLabel } = await read({
      labels: { ...AREAS, ignore: 4 },
      regions_class_order: [1, 2, 3],
    });
    expect(classes).toEqual(['background', 'whole tumor only', 'tumor core only', 'enhancing tumor']);
    expect(ignoreLabel).toBe(4);
    expect(notes).toEqual([
      expect.stringMatching(/regions .*whole tumor: 1,2,3.* each label value is trained as a class/),
    ]);
  });

  it.each<[string, object | string, string]>([
    ['what is not JSON', '{', 'this is not JSON'],
    ['a list', [1], 'an object with the key "labels" was expected'],
    [
      'channels the wrong way round',
      { channel_names: { R: 0, G: 1 }, labels: ['a', 'b'] },
      '"channel_names" is the wrong way round. It names channels by number, as {"0": "R"}.',
    ],
    ['the same in the Decathlon', { modality: { CT: 0 } }, '"modality" is the wrong way round'],
    ['odd channels', { channel_names: 'CT' }, '"channel_names" is not as expected'],
    ['odd labels', { labels: 'liver' }, '"labels" was expected to name classes by value'],
    [
      'a value beyond',
      { labels: { background: 0, a: 256 } },
      '"labels" has the value 256, whole numbers from 0 to 255',
    ],
    ['a value of two names', { labels: { background: 0, a: 1, b: 1 } }, '"labels" gives the value 1 to "a" and to "b"'],
    ['one class', { labels: { background: 0 } }, '"labels" was expected to name at least two classes'],
    [
      'a class with a colour and no name',
      { labels: ['a', 'b'], colours: { c: [0, 0, 0] } },
      '"colours" has "c", which is no class',
    ],
    [
      'a colour twice',
      {
        colours: [
          [1, 1, 1],
          [1, 1, 1],
        ],
      },
      '"colours" gives one colour to the values 0 and 1',
    ],
    ['an odd colour', { colours: { 0: 'red' } }, '"colours" has no colour under "0"'],
  ])('names the key at fault: %s', async (_, json, message) => {
    await expect(read(json)).rejects.toThrow(`set/dataset.json: ${message}`);
  });
});
