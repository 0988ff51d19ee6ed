/**
 * Trains medical image segmenters from few annotated scans and many that are not, and segments scans with them.
 *
 * @example
 * import { loadSegmenter, train } from 'patchcl';
 *
 * const run = train({ data: 'scans', out: 'runs/a', settings: { method: 'patchcl', budget: { minutes: 10 } } });
 * for await (const event of run) if (event.type === 'validation') console.log(event.step, event.dice.teacher);
 * const { bestDice } = await run.result;
 *
 * await using segmenter = await loadSegmenter('runs/a');
 * const mask = await segmenter.segmentFile('scan.nii.gz');
 * await mask.write('scan_seg.nii.gz');
 *
 * @module
 */
export type { DatasetInput } from './api/dataset-input.ts';
export type { Evaluation } from './api/evaluation.ts';
export { type EvaluateOptions, evaluate, openRun } from './api/node/evaluate.ts';
export { type LoadSegmenterOptions, loadSegmenter } from './api/node/load-segmenter.ts';
export { type NodeRuntimeOptions, nodeRuntime } from './api/node/runtime.ts';
export { train } from './api/node/train.ts';
export { readLabels, readVolume, writeVolume } from './api/node/volumes.ts';
export type { ScanMask } from './api/scan-mask.ts';
export type { NamedSegmentOptions, ScanSegmenter } from './api/scan-segmenter.ts';
export type { TrainedRun, Training, TrainOptions } from './api/train.ts';
export type { TrainSettings } from './api/train-settings.ts';
export { type ErrorCode, PatchclError } from './core/errors.ts';
export type { Case } from './data/dataset.ts';
export { type Geometry, type LabelVolume, PIXEL_GEOMETRY, type Volume } from './imaging/volume.ts';
export type { Method } from './methods/index.ts';
export type { MonaiLabelOptions } from './monai/monai-options.ts';
export { type RunningStudio, type StartStudioOptions, startStudio } from './monai/start-studio.ts';
export type { ModelInfo } from './predict/model-file.ts';
export type { MaskFormat } from './predict/scans/scan.ts';
export type { SegmentOptions } from './predict/segmenter.ts';
export type { BestWeights } from './runs/best-weights.ts';
export type { TrainingEvent } from './runs/events.ts';
export type { RunFacts } from './runs/facts.ts';
export type { TrainingRun } from './runs/open-run.ts';
