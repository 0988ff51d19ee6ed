import { VERSION } from '../../core/version.ts';
import { uidOfUuid } from '../../formats/index.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { ModelInfo } from '../../predict/model-file.ts';
import type { DicomStamp } from '../../predict/scans/dicom-scan.ts';
import { Segmenter, type SegmenterOptions, type SegmentOptions } from '../../predict/segmenter.ts';
import { type BrowserRuntimeOptions, browserRuntime } from '../../runtime/browser/index.ts';
import type { ScanMask } from '../scan-mask.ts';
import { type NamedSegmentOptions, ScanSegmenter } from '../scan-segmenter.ts';
import { HANDED, type PageFile, pageFiles } from './files.ts';

/** How a model is loaded: on which device, and how it segments. */
export interface LoadSegmenterOptions extends SegmenterOptions, BrowserRuntimeOptions {}

/**
 * A trained model in a page. As `ScanSegmenter`, but scans are the page's files.
 *
 * @example
 * const segmenter = await loadSegmenter(modelFile);
 * const mask = await segmenter.segmentFile(scanFile);
 * const bytes = await mask.encode();
 */
export class PageSegmenter {
  readonly #segmenter: Segmenter;

  constructor(segmenter: Segmenter) {
    this.#segmenter = segmenter;
  }

  /** What the model says about itself. */
  get info(): ModelInfo {
    return this.#segmenter.info;
  }

  /** Class names by label value; 0 is background. */
  get classes(): readonly string[] {
    return this.#segmenter.info.classes;
  }

  /** As `ScanSegmenter.segment`. */
  segment(volume: Volume, options?: NamedSegmentOptions): Promise<LabelVolume> {
    return this.#over([]).segment(volume, options);
  }

  /** As `ScanSegmenter.probabilities`. */
  probabilities(volume: Volume, options?: NamedSegmentOptions): Promise<Volume> {
    return this.#over([]).probabilities(volume, options);
  }

  /**
   * Segments one scan: a file, or all files of a DICOM series.
   *
   * @throws PatchclError as `ScanSegmenter.segmentFile`
   */
  segmentFile(scan: PageFile | readonly PageFile[], options?: SegmentOptions): Promise<ScanMask> {
    return this.#over('name' in scan ? [scan] : scan).segmentFile(HANDED, options);
  }

  dispose(): Promise<void> {
    return this.#segmenter.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #over(files: readonly PageFile[]): ScanSegmenter {
    return new ScanSegmenter(this.#segmenter, { files: pageFiles(files), stamp: STAMP });
  }
}

const STAMP: DicomStamp = {
  uid: () => uidOfUuid(globalThis.crypto.randomUUID()),
  now: () => new Date(),
  version: VERSION,
};

/**
 * Loads a trained model in a page or a worker. WebAssembly computes unless `device` says `webgpu`; a page stays responsive when this
 * runs in a worker.
 *
 * @param model the bytes of a `model.onnx`, or the file
 * @throws PatchclError `bad-file` for a model that is damaged or not of patchcl, `unsupported` when the device cannot run it
 */
export async function loadSegmenter(
  model: Uint8Array | PageFile,
  { device, threads, wasmPaths, ...options }: LoadSegmenterOptions = {},
): Promise<PageSegmenter> {
  const runtime = await browserRuntime({
    ...(device && { device }),
    ...(threads && { threads }),
    ...(wasmPaths && { wasmPaths }),
  });
  const isBytes = model instanceof Uint8Array;
  const bytes = isBytes ? model : new Uint8Array(await model.arrayBuffer());
  return new PageSegmenter(await Segmenter.load(runtime, bytes, isBytes ? 'the model' : model.name, options));
}
