import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { ModelInfo } from '../predict/model-file.ts';
import type { DicomStamp } from '../predict/scans/dicom-scan.ts';
import { findScans } from '../predict/scans/find-scans.ts';
import type { Scan } from '../predict/scans/scan.ts';
import type { Segmenter, SegmentOptions } from '../predict/segmenter.ts';
import { ScanMask } from './scan-mask.ts';

/** As `SegmentOptions`, with a name for the scan. */
export interface NamedSegmentOptions extends SegmentOptions {
  /** Names the scan in messages. */
  readonly name?: string;
}

/** What a segmenter needs of its surroundings. */
export interface ScanSegmenterHost {
  readonly files: Files;
  /** What DICOM SEG masks say about their making. */
  readonly stamp: DicomStamp;
  /** What a person should know of what computes. */
  readonly notes?: readonly string[];
}

/**
 * A trained model that segments scans. It holds memory outside JavaScript until it is disposed of.
 *
 * @example
 * await using segmenter = await loadSegmenter('runs/a');
 * const mask = await segmenter.segmentFile('scan.nii.gz', { signal });
 * await mask.write('scan_seg.nii.gz');
 */
export class ScanSegmenter {
  readonly #segmenter: Segmenter;
  readonly #host: ScanSegmenterHost;
  #disposed = false;

  constructor(segmenter: Segmenter, host: ScanSegmenterHost) {
    this.#segmenter = segmenter;
    this.#host = host;
  }

  /** What the model says about itself: how its images are prepared, how it was trained. */
  get info(): ModelInfo {
    return this.#segmenter.info;
  }

  /** What a person should know of what computes, such as that the native runtime is missing: sentences. */
  get notes(): readonly string[] {
    return this.#host.notes ?? [];
  }

  /** Class names by label value; 0 is background. */
  get classes(): readonly string[] {
    return this.#segmenter.info.classes;
  }

  /**
   * Segments a scan in memory.
   *
   * @returns [depth, height, width], in the scan's own size and geometry
   * @throws PatchclError `bad-data` when it has other channels or intensities than the model was trained on
   */
  async segment(volume: Volume, { name = 'the scan', signal }: NamedSegmentOptions = {}): Promise<LabelVolume> {
    return this.#usable().segment(volume, name, { signal });
  }

  /**
   * How probable each class is, as much memory as so many scans as there are classes.
   *
   * @returns [classes, depth, height, width], in the scan's own size and geometry
   * @throws PatchclError as `segment`
   */
  async probabilities(volume: Volume, { name = 'the scan', signal }: NamedSegmentOptions = {}): Promise<Volume> {
    return this.#usable().probabilities(volume, name, { signal });
  }

  /**
   * Segments one scan: a file, or a folder that holds a DICOM series.
   *
   * @throws PatchclError `bad-usage` for a folder with several scans, `bad-file` for what cannot be read, and as `segment`
   */
  async segmentFile(path: string, options: SegmentOptions = {}): Promise<ScanMask> {
    const scans = await this.#scansIn(path);
    if (scans.length > 1) {
      const hint = 'Name one of them, or go through them all with segmentAll.';
      throw new PatchclError('bad-usage', `there are ${scans.length} scans in this folder`, { subject: path, hint });
    }
    return this.#maskOf(scans[0] as Scan, options);
  }

  /**
   * Segments every scan in a folder and below, one in memory at a time, in the order of their ids.
   *
   * @throws PatchclError as `segmentFile`, at the scan that is at fault
   */
  async *segmentAll(folder: string, options: SegmentOptions = {}): AsyncGenerator<ScanMask> {
    for (const scan of await this.#scansIn(folder)) yield await this.#maskOf(scan, options);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#segmenter.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #scansIn(path: string): Promise<readonly Scan[]> {
    return findScans(this.#host.files, [path], { stamp: this.#host.stamp });
  }

  async #maskOf(scan: Scan, options: SegmentOptions): Promise<ScanMask> {
    options.signal?.throwIfAborted();
    const { info } = this.#usable();
    const loaded = await scan.read(info.channels);
    const labels = await this.#usable().segment(loaded.volume, scan.path, options);
    return new ScanMask({ files: this.#host.files, scan, loaded, labels, classes: info.classes });
  }

  #usable(): Segmenter {
    if (!this.#disposed) return this.#segmenter;
    throw new PatchclError('bad-usage', 'the segmenter was disposed of', { hint: 'Load it again with loadSegmenter.' });
  }
}
