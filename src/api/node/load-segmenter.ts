import type { Files } from '../../core/files.ts';
import { runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { Segmenter, type SegmenterOptions } from '../../predict/segmenter.ts';
import { loadSegmenter as segmenterAt } from '../../runs/load-segmenter.ts';
import { ScanSegmenter } from '../scan-segmenter.ts';
import { dicomStamp } from './surroundings.ts';

/** How a model is loaded: on which device, and how it segments. */
export interface LoadSegmenterOptions extends SegmenterOptions {
  /** Default: the processor. */
  readonly device?: 'auto' | 'cpu' | 'webgpu' | 'cuda';
  /** Threads of the processor; default: all cores. */
  readonly threads?: number;
}

/**
 * Loads a trained model.
 *
 * @param model a run's folder, a `model.onnx`, or the bytes of one
 * @throws PatchclError `bad-usage` when there is no such run or file, `bad-file` for a model that is damaged or not of patchcl,
 *   `unsupported` when the device cannot run it
 * @example
 * await using segmenter = await loadSegmenter('runs/a');
 * const mask = await segmenter.segmentFile('scan.nii.gz');
 * await mask.write('scan_seg.nii.gz');
 */
export async function loadSegmenter(
  model: string | Uint8Array,
  { device, threads, ...options }: LoadSegmenterOptions = {},
): Promise<ScanSegmenter> {
  const [files, notes]: [Files, string[]] = [nodeFiles(), []];
  const runtime = await runtimeFor({ device, threads }, (note) => notes.push(note));
  const segmenter = await (typeof model === 'string'
    ? segmenterAt(files, runtime, model, options)
    : Segmenter.load(runtime, model, 'the model', options));
  return new ScanSegmenter(segmenter, { files, stamp: dicomStamp(), notes });
}
