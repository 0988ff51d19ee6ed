import { type Files, joinPath } from '../core/files.ts';

/** Names of the files of a run folder, which together repeat the run. */
export const RUN_FILES = {
  config: 'config.yaml',
  split: 'split.json',
  facts: 'run.json',
  metrics: 'metrics.csv',
  events: 'events.out.tfevents.patchcl',
  checkpoint: 'checkpoint.safetensors',
  before: 'checkpoint-before.safetensors',
  checksums: 'checksums.json',
  dataChecksums: 'data-checksums.json',
  clock: 'clock.json',
  best: 'best.safetensors',
  start: 'start.safetensors',
  model: 'model.onnx',
  report: 'report.html',
  patches: 'patches.png',
} as const;

/** Path of a file of a run. */
export function runPath(run: string, file: keyof typeof RUN_FILES): string {
  return joinPath(run, RUN_FILES[file]);
}

/** Parts of a run's split that comparisons measure. */
export const COMPARED_PARTS = ['val', 'test', 'unlabelled'] as const;
export type ComparedPart = (typeof COMPARED_PARTS)[number];

/** Where the scores of a run's validation, test or unlabelled cases stand. */
export function scoresPath(run: string, split: ComparedPart): string {
  return joinPath(run, `scores-${split}.json`);
}

/** Where the record of a measured run stands, which is all that comparisons need. */
export function recordPath(run: string, split: ComparedPart): string {
  return joinPath(run, `record-${split}.json`);
}

export async function hasFile(files: Files, run: string, file: keyof typeof RUN_FILES): Promise<boolean> {
  return (await files.kind(runPath(run, file))) === 'file';
}
