import type { FloatTensor } from '../formats/index.ts';
import { FILLED, KEYS } from '../methods/index.ts';
import type { PatchViewData } from './api/index.ts';

/** Power iterations: enough for two axes to be drawn. */
const ITERATIONS = 60;

/**
 * The keys of all classes in a run's buffers on their two principal axes. Nothing where the buffers are empty.
 *
 * @param state of a checkpoint: `keys` [classes, length, d] and `filled` [classes, length]
 * @param most keys of each class, newest first
 */
export function embeddingOf(
  state: Readonly<Record<string, FloatTensor>>,
  most: number,
): Pick<PatchViewData, 'embedding' | 'explained'> {
  const keys = state[KEYS];
  const filled = state[FILLED];
  if (keys === undefined || filled === undefined) return { embedding: [], explained: 0 };
  const [classes, length, d] = keys.shape as [number, number, number];
  const rows: { readonly class: number; readonly values: Float32Array }[] = [];
  for (let k = 0; k < classes; k++) {
    for (let i = 0; i < Math.min(length, most); i++) {
      const at = k * length + i;
      if ((filled.data[at] as number) > 0) rows.push({ class: k, values: keys.data.slice(at * d, (at + 1) * d) });
    }
  }
  if (rows.length < 3) return { embedding: [], explained: 0 };
  const total = centre(rows.map(({ values }) => values));
  const [first, second] = [principalAxis(rows), principalAxis(rows)];
  return {
    embedding: rows.map(({ class: label }, i) => ({
      class: label,
      x: first.scores[i] as number,
      y: second.scores[i] as number,
    })),
    explained: total === 0 ? 0 : (first.variance + second.variance) / total,
  };
}

/** Takes the mean away, in place. @returns the total variance */
function centre(rows: readonly Float32Array[]): number {
  const d = rows[0]?.length ?? 0;
  let total = 0;
  for (let j = 0; j < d; j++) {
    const mean = rows.reduce((sum, row) => sum + (row[j] as number), 0) / rows.length;
    for (const row of rows) {
      row[j] = (row[j] as number) - mean;
      total += (row[j] as number) ** 2;
    }
  }
  return total / rows.length;
}

/** The axis of the most variance by power iteration; the rows lose their part along it, so that the next call finds the next. */
function principalAxis(rows: readonly { readonly values: Float32Array }[]): { scores: number[]; variance: number } {
  const d = rows[0]?.values.length ?? 0;
  // Not a coordinate axis, which may be at right angles to the one that is looked for.
  let axis = Float64Array.from({ length: d }, (_, j) => Math.cos(j + 1));
  const along = (values: Float32Array) => values.reduce((sum, value, j) => sum + value * (axis[j] as number), 0);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const next = new Float64Array(d);
    for (const { values } of rows) {
      const score = along(values);
      for (let j = 0; j < d; j++) next[j] = (next[j] as number) + score * (values[j] as number);
    }
    const norm = Math.hypot(...next);
    if (norm === 0) return { scores: rows.map(() => 0), variance: 0 };
    axis = next.map((value) => value / norm);
  }
  const scores = rows.map(({ values }) => along(values));
  for (const [i, { values }] of rows.entries()) {
    for (let j = 0; j < d; j++) values[j] = (values[j] as number) - (scores[i] as number) * (axis[j] as number);
  }
  return { scores, variance: scores.reduce((sum, score) => sum + score * score, 0) / rows.length };
}
