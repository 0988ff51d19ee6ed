import { describe, expect, it } from 'vitest';
import { Rng } from '../../core/rng.ts';
import { constant } from '../../graph/leaf.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { contrastSettings } from '../settings.ts';
import type { PatchGrid } from './geometry.ts';
import { binaryEntropy, choosePatches, labelledPatches, measurePatches } from './sampling.ts';
import { measures } from './testing/naive.ts';

describe('binaryEntropy', () => {
  it.each([
    ['0', 0, 0],
    ['1', 1, 0],
    ['1/2', 0.5, Math.LN2],
    ['1/4', 0.25, 0.75 * Math.log(4 / 3) + 0.25 * Math.log(4)],
    ['a grey level above 0', 1 / 255, (1 / 255) * Math.log(255) - (254 / 255) * Math.log(254 / 255)],
  ])('of %s', async (_, value, expected) => {
    const { y } = await evaluate({ y: binaryEntropy(constant([value], [1])) });
    expect(y?.[0]).toBeCloseTo(expected, 6);
  });

  it('is at most log 2, symmetric and never negative', async () => {
    const grid = Array.from({ length: 101 }, (_, i) => i / 100);
    const { y = [] } = await evaluate({ y: binaryEntropy(constant(grid, [101])) });
    expect(Math.max(...y)).toBeCloseTo(Math.LN2, 6);
    expect(Math.min(...y)).toBeGreaterThanOrEqual(0);
    y.forEach((value, i) => {
      expect(value).toBeCloseTo(y[100 - i] as number, 5);
    });
  });
});

const GRID: PatchGrid = { size: 4, stride: 2, perSide: 7, blocksPerSide: 8 };

/** Random images and softmax-like confidences. */
function batch(seed: number, count: number, channels: number, classes: number, size = 16) {
  const rng = new Rng(seed, 'patches');
  const draw = (length: number) => Array.from({ length }, () => rng.float());
  const raw = draw(count * classes * size * size);
  const pixels = size * size;
  const confidence = raw.map((value, i) => {
    const [b, at] = [Math.floor(i / (classes * pixels)), i % pixels];
    let total = 0;
    for (let k = 0; k < classes; k++) total += raw[(b * classes + k) * pixels + at] as number;
    return value / total;
  });
  return {
    images: { count, channels, size, data: draw(count * channels * pixels) },
    confidences: { count, channels: classes, size, data: confidence },
  };
}

describe('measurePatches', () => {
  it.each([
    [1, 1],
    [2, 3],
  ])('agrees with cutting patches one by one: %i image(s), %i channel(s)', async (count, channels) => {
    const { images, confidences } = batch(count, count, channels, 3);
    const found = await evaluate({
      ...measurePatches(
        {
          images: constant(images.data, [count, channels, 16, 16]),
          confidences: constant(confidences.data, [count, 3, 16, 16]),
        },
        GRID,
      ),
    });
    const patches = count * GRID.perSide ** 2;
    for (let k = 0; k < 3; k++) {
      for (let j = 0; j < patches; j++) {
        const expected = measures(images, confidences, k, j, GRID);
        expect(found.confidence?.[k * patches + j]).toBeCloseTo(expected.confidence, 5);
        expect(found.entropy?.[k * patches + j]).toBeCloseTo(expected.entropy, 5);
      }
    }
  });
});

describe('measurePatches with pixels that nobody has annotated', () => {
  const { images, confidences } = batch(1, 1, 1, 3);
  // The left seven columns: of the patches at the left more than half, of those beside them less.
  const isAnnotated = (i: number) => (i % 16 < 7 ? 1 : 0);
  const annotated = Float32Array.from({ length: 256 }, (_, i) => isAnnotated(i));
  const known = Float32Array.from(confidences.data, (value, i) => value * isAnnotated(i));

  it('takes means over the annotated ones, and no patch that has few of them', async () => {
    const found = await evaluate({
      ...measurePatches(
        {
          images: constant(images.data, [1, 1, 16, 16]),
          confidences: constant(known, [1, 3, 16, 16]),
          annotated: constant(annotated, [1, 1, 16, 16]),
        },
        GRID,
      ),
    });
    const perSide = GRID.perSide;
    let [counted, left] = [0, 0];
    for (let k = 0; k < 3; k++) {
      for (let j = 0; j < perSide ** 2; j++) {
        const [top, start] = [Math.floor(j / perSide) * GRID.stride, (j % perSide) * GRID.stride];
        const pixels = Array.from({ length: GRID.size ** 2 }, (_, i) => {
          return (top + Math.floor(i / GRID.size)) * 16 + start + (i % GRID.size);
        });
        const some = pixels.filter((i) => isAnnotated(i) === 1);
        const value = found.confidence?.[k * perSide ** 2 + j];
        if (2 * some.length < pixels.length) {
          expect(value).toBe(-1);
          left++;
        } else {
          const mean = some.reduce((sum, i) => sum + (confidences.data[k * 256 + i] as number), 0) / some.length;
          expect(value).toBeCloseTo(mean, 5);
          if (some.length < pixels.length) counted++;
        }
      }
    }
    expect(counted).toBeGreaterThan(0);
    expect(left).toBeGreaterThan(0);
  });
});

interface Choice {
  readonly anchors: number[][];
  readonly anchorValid: number[][];
  /** [class][anchor][positive] */
  readonly positives: number[][][];
  readonly positiveValid: number[][][];
}

const chunks = <T>(values: readonly T[], length: number): T[][] =>
  Array.from({ length: values.length / length }, (_, i) => values.slice(i * length, (i + 1) * length));

async function choose(
  confidence: number[][],
  entropy: number[][],
  settings: Parameters<typeof contrastSettings.parse>[0],
  seed = 1,
): Promise<Choice> {
  const parsed = contrastSettings.parse(settings);
  const [classes, patches] = [confidence.length, confidence[0]?.length ?? 0];
  const table = (values: number[][]) => constant(values.flat(), [classes, patches]);
  const rng = new Rng(seed, 'choose');
  const random = () => table(confidence.map((row) => row.map(() => rng.float())));
  const found = await evaluate({
    ...choosePatches({ confidence: table(confidence), entropy: table(entropy) }, [random(), random()], parsed),
  });
  const { anchorsPerClass, positivesPerAnchor } = parsed;
  const perAnchor = (name: string) => chunks(chunks(found[name] as number[], positivesPerAnchor), anchorsPerClass);
  expect(Object.values(found).flat().every(Number.isFinite)).toBe(true);
  return {
    anchors: chunks(found.anchors as number[], anchorsPerClass),
    anchorValid: chunks(found.anchorValid as number[], anchorsPerClass),
    positives: perAnchor('positives'),
    positiveValid: perAnchor('positiveValid'),
  };
}

describe('choosePatches', () => {
  const settings = { anchorsPerClass: 4, positivesPerAnchor: 3, delta: 0.3 };
  const rng = new Rng(7, 'table');
  const confidence = Array.from({ length: 3 }, () => Array.from({ length: 20 }, () => rng.float()));
  const entropy = Array.from({ length: 3 }, () => Array.from({ length: 20 }, () => rng.float()));
  const candidates = confidence.map((row) => row.flatMap((value, j) => (value >= 0.3 ? [j] : [])));

  it('takes different candidates of each class as anchors', async () => {
    for (const seed of [1, 2, 3]) {
      const { anchors, anchorValid } = await choose(confidence, entropy, settings, seed);
      anchors.forEach((own, k) => {
        expect(anchorValid[k]).toEqual([1, 1, 1, 1]);
        expect(new Set(own).size).toBe(4);
        for (const anchor of own) expect(candidates[k]).toContain(anchor);
      });
    }
  });

  it('draws other anchors with other random numbers', async () => {
    const [first, second] = [
      await choose(confidence, entropy, settings, 1),
      await choose(confidence, entropy, settings, 2),
    ];
    expect(first.anchors).not.toEqual(second.anchors);
  });

  it.each([
    ['nearest-entropy', entropy],
    ['nearest-confidence', confidence],
  ] as const)('takes the candidates of %s as positives, never the anchor itself', async (kind, likeness) => {
    const { anchors, positives, positiveValid } = await choose(confidence, entropy, { ...settings, positives: kind });
    anchors.forEach((own, k) => {
      own.forEach((anchor, i) => {
        const distance = (j: number) => Math.abs((likeness[k]?.[j] as number) - (likeness[k]?.[anchor] as number));
        const nearest = (candidates[k] as number[])
          .filter((j) => j !== anchor)
          .sort((a, b) => distance(a) - distance(b))
          .slice(0, 3);
        expect(positives[k]?.[i]).toEqual(nearest);
        expect(positiveValid[k]?.[i]).toEqual([1, 1, 1]);
      });
    });
  });

  it('takes random candidates as positives for the ablation', async () => {
    const { anchors, positives, positiveValid } = await choose(confidence, entropy, {
      ...settings,
      positives: 'random',
    });
    const nearest = await choose(confidence, entropy, settings);
    expect(positives).not.toEqual(nearest.positives);
    positives.forEach((own, k) => {
      own.forEach((picked, i) => {
        expect(positiveValid[k]?.[i]).toEqual([1, 1, 1]);
        expect(picked).not.toContain(anchors[k]?.[i]);
        for (const positive of picked) expect(candidates[k]).toContain(positive);
      });
    });
  });

  it('has nothing valid for an absent class and leaves the others alone', async () => {
    const absent = confidence.with(1, Array(20).fill(0.29));
    const { anchorValid, positiveValid } = await choose(absent, entropy, settings);
    expect(anchorValid).toEqual([
      [1, 1, 1, 1],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
    expect(positiveValid[1]?.flat().every((value) => value === 0)).toBe(true);
    expect(positiveValid[0]?.flat().every((value) => value === 1)).toBe(true);
  });

  it('marks what a rare class cannot fill', async () => {
    const rare = confidence.with(
      2,
      Array.from({ length: 20 }, (_, j) => (j === 5 || j === 11 ? 1 : 0)),
    );
    const { anchors, anchorValid, positives, positiveValid } = await choose(rare, entropy, settings);
    expect(anchorValid[2]).toEqual([1, 1, 0, 0]);
    expect(new Set(anchors[2]?.slice(0, 2))).toEqual(new Set([5, 11]));
    // Each one's only positive is the other.
    for (const i of [0, 1]) {
      expect(positiveValid[2]?.[i]).toEqual([1, 0, 0]);
      expect(positives[2]?.[i]?.[0]).toBe(anchors[2]?.[1 - i]);
    }
  });

  it('has no positive for a single candidate', async () => {
    const single = confidence.with(
      0,
      Array.from({ length: 20 }, (_, j) => (j === 3 ? 1 : 0)),
    );
    const { anchorValid, positiveValid } = await choose(single, entropy, settings);
    expect(anchorValid[0]).toEqual([1, 0, 0, 0]);
    expect(positiveValid[0]?.flat().every((value) => value === 0)).toBe(true);
  });
});

describe('labelledPatches', () => {
  it('leaves no candidate among the patches of unlabelled images', async () => {
    const table = (value: number) => constant(new Array(10).fill(value), [2, 5]);
    const { confidence } = labelledPatches({ confidence: table(0.9), entropy: table(0.5) }, 3);
    const { values } = await evaluate({ values: confidence });
    expect(values?.map((value) => value > 0)).toEqual([true, true, true, false, false, true, true, true, false, false]);
  });
});
