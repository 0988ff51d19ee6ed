/**
 * patchcl in a page or a worker: segments and trains on WebAssembly or WebGPU. Nothing leaves the machine.
 *
 * @example
 * import { loadSegmenter } from 'patchcl/browser';
 *
 * const segmenter = await loadSegmenter(modelFile);
 * const mask = await segmenter.segmentFile(scanFile);
 * const url = URL.createObjectURL(new Blob([await mask.encode()]));
 *
 * @module
 */
export { type ErrorCode, PatchclError } from '../../core/errors.ts';
export type { Case } from '../../data/dataset.ts';
export { readLabels, readVolume, writeNifti } from '../../formats/index.ts';
export { type Geometry, type LabelVolume, PIXEL_GEOMETRY, type Volume } from '../../imaging/volume.ts';
export type { Method } from '../../methods/index.ts';
export type { ModelInfo } from '../../predict/model-file.ts';
export type { TrainingEvent } from '../../runs/events.ts';
export * from '../../runtime/browser/index.ts';
export type { DatasetInput } from '../dataset-input.ts';
export type { ScanMask } from '../scan-mask.ts';
export type { TrainedRun, Training } from '../train.ts';
export type { TrainSettings } from '../train-settings.ts';
export type { PageFile } from './files.ts';
export { type LoadSegmenterOptions, loadSegmenter, PageSegmenter } from './load-segmenter.ts';
export { type TrainOptions, train } from './train.ts';
