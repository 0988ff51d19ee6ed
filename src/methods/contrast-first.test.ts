import { describe, expect, it } from 'vitest';
import { constant } from '../graph/index.ts';
import { evaluate } from '../testing/evaluate.ts';
import { contrastFirst, regionContrast } from './contrast-first.ts';
import { pixelContrast } from './local-contrast.ts';
import { methodSettings } from './settings.ts';
import { computeStep, likeliest, meanOf, pixelProbabilities, SCHEDULED } from './testing/objective.ts';

const settings = methodSettings.parse({});
const table = (rows: readonly (readonly number[])[]) => constant(rows.flat(), [rows.length, rows[0]?.length as number]);
const [RIGHT, UP] = [
  [1, 0],
  [0, 1],
];

describe('regionContrast', () => {
  it('is that of the mean embeddings of every class and image', async () => {
    // Two images of three pixels: the first has both classes, the second the first class alone.
    const embeddings = [RIGHT, UP, UP, RIGHT, RIGHT, UP];
    const classes = [RIGHT, RIGHT, UP, RIGHT, RIGHT, [0, 0]];
    const { found, expected } = await evaluate({
      found: regionContrast(table(embeddings as number[][]), table(classes as number[][]), 2, 0.5),
      expected: pixelContrast(
        table([
          [Math.SQRT1_2, Math.SQRT1_2],
          [0, 1],
          [1, 0],
        ]),
        table([RIGHT as number[], UP as number[], RIGHT as number[]]),
        0.5,
      ),
    });
    expect(found?.[0]).toBeCloseTo(expected?.[0] as number, 4);
    expect(found?.[0]).toBeGreaterThan(0.05);
  });
});

describe('contrast-first', () => {
  const phases = (start: number, warmUp: number) =>
    contrastFirst
      .phases({
        ...settings,
        consistency: { ...settings.consistency, start },
        contrast: { ...settings.contrast, warmUp },
      })
      .map(({ name, start: at }) => `${name} ${at}`);

  it('is labels, then contrast alone, then all', () => {
    expect(phases(0.4, 0.5)).toEqual(['labels 0', 'contrast 0.4', 'fine-tuning 0.5']);
    expect(phases(0, 0.2)).toEqual(['contrast 0', 'fine-tuning 0.2']);
    expect(phases(0.6, 0.5)).toEqual(['labels 0', 'contrast 0.6', 'fine-tuning 0.6']);
  });

  it('pre-trains by pixels and regions alone', async () => {
    const method = { ...contrastFirst, phases: (all: typeof settings) => contrastFirst.phases(all).slice(0, -1) };
    const { scalars } = await computeStep(method, () => ({}), { consistency: { threshold: 0.5 } });
    expect(Object.keys(scalars)).toEqual(['pixels', 'regions']);
    expect(Math.min(...Object.values(scalars))).toBeGreaterThan(0);
  });

  it('is fine-tuned on labels and on what the teacher of labels alone is sure of', async () => {
    const { scalars, values } = await computeStep(
      contrastFirst,
      (step) => ({ student: step.unlabelledLogits(), teacher: step.teacherLogits() }),
      { consistency: { threshold: 0.6 } },
    );
    const [own, target] = [values.student, values.teacher].map((logits) => pixelProbabilities(logits as number[])) as [
      number[][],
      number[][],
    ];
    const expected = meanOf(target, (pixel, i) => {
      return Math.max(...pixel) >= 0.6 ? -Math.log(own[i]?.[likeliest(pixel)] as number) : 0;
    });
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * expected, 4);
  });
});
