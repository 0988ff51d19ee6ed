/** What a PatchCL step of the default preset costs as one thing grows: batch, image size, classes, threads, data set. */
import type { Cell, Table } from '../src/report/table.ts';
import { step, THREADS } from './processes.ts';
import { median } from './times.ts';

const BASE = {
  method: 'patchcl',
  network: 'lean',
  batch: 12,
  size: 96,
  classes: 4,
  threads: THREADS,
  slices: 100,
} as const;

const CURVES = {
  batch: [2, 4, 8, 12, 24],
  size: [64, 96, 128, 192],
  classes: [2, 4, 8, 16],
  threads: Array.from({ length: THREADS }, (_, i) => i + 1),
  slices: [100, 1000, 8000],
} as const;

const LABELS: Readonly<Record<keyof typeof CURVES, string>> = {
  batch: 'labelled and as many unlabelled images',
  size: 'pixels per side',
  classes: 'classes',
  threads: 'threads',
  slices: 'slices in each pool',
};

export interface ScalingPoint {
  readonly of: keyof typeof CURVES;
  readonly value: number;
  /** ms */
  readonly step: number;
  readonly pipeline: number;
  readonly memoryMb: number;
}

export async function scalingCurves(): Promise<ScalingPoint[]> {
  const points: ScalingPoint[] = [];
  for (const of of Object.keys(CURVES) as (keyof typeof CURVES)[]) {
    for (const value of CURVES[of]) {
      const { train, pipeline, memoryMb } = await step({ ...BASE, [of]: value });
      points.push({ of, value, step: median(train), pipeline: median(pipeline), memoryMb });
    }
  }
  return points;
}

export function scalingTable(points: readonly ScalingPoint[]): Table {
  return {
    columns: [
      { title: `PatchCL step, ${BASE.batch} + ${BASE.batch} x ${BASE.size} x ${BASE.size}, but` },
      { title: '', digits: 0 },
      { title: 'step, ms', digits: 0 },
      { title: 'its batch, ms', digits: 1 },
      { title: 'peak memory, MB', digits: 0 },
    ],
    rows: points.map(({ of, value, step: ms, pipeline, memoryMb }): Cell[] => [
      LABELS[of],
      value,
      ms,
      pipeline,
      memoryMb,
    ]),
  };
}
