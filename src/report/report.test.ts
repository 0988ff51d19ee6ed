import { describe, expect, it } from 'vitest';
import { html, pngUri } from './html.ts';
import type { MetricKey, ReportInput, Statistic } from './input.ts';
import { encodePicture, slicePicture } from './picture.ts';
import { reportHtml } from './report.ts';

const png = encodePicture(slicePicture(Float32Array.of(0.5), [1, 1], 1));
const metrics = (dice: number): Record<MetricKey, Statistic> => ({
  dice: { mean: dice, sd: 0.1, median: dice, min: 0.1, max: 0.99, interval: [dice - 0.05, dice + 0.05] },
  jaccard: { mean: 0.6 },
  hd95: { mean: 8.123, sd: null },
  asd: { mean: null },
});

const SMALL: ReportInput = {
  title: 'Hearts <&> more',
  training: {
    method: 'PatchCL',
    parts: [
      { name: 'labelled', patients: 2, images: 12 },
      { name: 'unlabelled', patients: 24, images: 144 },
    ],
    imageSize: [128, 96],
    seed: 7,
    steps: 30000,
    minutes: 12.34,
    device: 'CPU',
    versions: { patchcl: '0.1.0' },
  },
  classes: ['background', 'lumen'],
};

const FULL: ReportInput = {
  ...SMALL,
  config: 'method: "<patchcl>"\n',
  charts: [
    {
      title: 'Loss',
      xLabel: 'step',
      yLabel: 'loss',
      series: [
        {
          name: 'all',
          points: [
            [0, 1],
            [1, 2],
          ],
        },
      ],
    },
  ],
  results: {
    part: 'test',
    unit: 'mm',
    classes: [
      { name: 'lumen', metrics: metrics(0.8) },
      { name: 'mean', metrics: metrics(0.8) },
    ],
    cases: [{ id: 'case<1>', dice: [0.8], jaccard: [0.6], hd95: [null], asd: [1.5] }],
  },
  examples: [{ kind: 'worst', caption: 'case 1, slice 3', dice: 0.5, png }],
  patches: { pictures: [{ caption: 'lumen', png }], entropyRange: [0.1, 0.65] },
  comparison: {
    unit: 'mm',
    methods: [
      { name: 'supervised', labelled: 2, metrics: { dice: { mean: 0.7 }, hd95: { mean: 9 } }, classDice: [0.7] },
      { name: 'PatchCL', labelled: 2, metrics: { dice: { mean: 0.8 }, hd95: { mean: 11 } }, classDice: [0.8] },
    ],
  },
};

describe('the report', () => {
  const page = reportHtml(FULL);

  it('is one page that loads nothing and runs nothing', () => {
    const addresses = [...page.matchAll(/(?:src|href)="([^"]{0,22})/g)].map((match) => match[1]);
    expect(new Set(addresses)).toEqual(new Set(['data:image/png;base64,']));
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\(/);
  });

  it('says what it is not', () => {
    expect(page).toContain('Research tool, not a medical device');
    expect(reportHtml(SMALL)).toContain('Research tool, not a medical device');
  });

  it('escapes everything it is given', () => {
    expect(page).toContain('Hearts &#60;&#38;&#62; more');
    expect(page).toContain('case&#60;1&#62;');
    expect(page).not.toMatch(/<patchcl>|<1>/);
  });

  it('is well-formed: every element that opens closes in order', () => {
    const open: string[] = [];
    for (const [, slash, name = '', rest = ''] of page.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g)) {
      if (rest.endsWith('/') || ['meta', 'img', 'br'].includes(name)) continue;
      if (slash === '') open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  it('has ids once, headers for columns and rows, and texts for pictures', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [header] of page.matchAll(/<th\b[^>]*>/g)) expect(header).toContain('scope=');
    for (const [image] of page.matchAll(/<img\b[^>]*>/g)) expect(image).toMatch(/alt="[^"]{10,}"/);
    for (const [, attributes] of page.matchAll(/<svg\b([^>]*)>/g)) expect(attributes).toMatch(/aria-(label|hidden)=/);
  });

  it('shows the numbers, and a dash where there is none', () => {
    expect(page).toContain('0.750 to 0.850');
    expect(page).toContain('8.12');
    expect(page).toContain('<td class="number edge">-</td>');
    expect(page).toContain('30,000');
    expect(page).toContain('128 × 96 pixels');
  });

  it('lets the best method of each metric stand out: highest Dice, lowest distance', () => {
    const best = [...page.matchAll(/<strong class="top">([^<]+)/g)].map((match) => match[1]);
    expect(best).toEqual(['9.00', '0.800', '0.800']);
  });

  it('leaves out the sections it has nothing for', () => {
    const headings = (text: string) => [...text.matchAll(/<h2[^>]*>([^<]+)/g)].map((match) => match[1]);
    expect(headings(reportHtml(SMALL))).toEqual(['What was trained on what']);
    expect(headings(page)).toEqual([
      'Comparison',
      'Results',
      'Worst and best cases',
      'Training',
      'Patches and pseudo-labels',
      'What was trained on what',
      'Configuration',
    ]);
  });
});

it('templates escape text and keep markup', () => {
  expect(html`<p title="${'"\'&'}">${['<b>', html`<i>${1}</i>`]}${undefined}</p>`.text).toBe(
    '<p title="&#34;&#39;&#38;">&#60;b&#62;<i>1</i></p>',
  );
});

it('pictures of any size fit in a data URI', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const decoded = Uint8Array.from(atob(pngUri(bytes).split(',')[1] as string), (character) => character.charCodeAt(0));
  expect(decoded).toEqual(bytes);
});
