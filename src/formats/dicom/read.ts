import { PatchclError } from '../../core/errors.ts';
import type { LabelVolume, Volume } from '../../imaging/volume.ts';
import type { LabelOptions, ReadOptions } from '../codec.ts';
import { unfit, unsupported } from '../damaged.ts';
import { inflateAll, isGzip } from '../gzip.ts';
import { labelsOf } from '../labels.ts';
import { imageHeader } from './header.ts';
import { isMosaic, objectName } from './kinds.ts';
import { readPart10 } from './part10.ts';
import { type FrameReader, frameReader } from './pixels/frame-reader.ts';
import { isSegmentation } from './seg/header.ts';
import { readDicomSeg } from './seg/read.ts';
import { dicomStacks } from './series.ts';
import type { DicomStack } from './stack.ts';
import { TAG } from './tags.ts';

/** The most voxels of one volume: four bytes each, 4 GB. */
const MAX_VOXELS = 2 ** 30;

/**
 * Reads one DICOM image file, single- or multi-frame, values with slope and intercept applied (CT: Hounsfield units), colours
 * as RGB, MONOCHROME1 turned so that more is brighter. A series of files is read with `dicomStacks` and `readStack`.
 *
 * @returns [channels, depth, height, width]; frames are sorted by position. A file may hold several volumes (time points,
 *   orientations): `frame` chooses one.
 * @throws PatchclError `bad-file` when the file is damaged, cut off or holds no image, `unsupported` for codings that are not
 *   read, `bad-usage` when there is no such volume.
 */
export async function readDicom(bytes: Uint8Array, name: string, options: ReadOptions = {}): Promise<Volume> {
  const file = readPart10(bytes, name);
  if (isSegmentation(file.dataSet))
    throw unfit(name, 'this is a segmentation (DICOM SEG), an image was expected', 'Give the scan it was drawn on.');
  const object = objectName(file.dataSet.text(TAG.SOPClassUID));
  if (object !== undefined) throw unfit(name, `this DICOM file is ${object}, not an image`, 'Leave it out.');
  if (isMosaic(file.dataSet)) {
    const problem = 'a Siemens mosaic, which shows its slices side by side in one picture, is not read';
    throw unsupported(name, problem, 'Take it apart, for example with dcm2niix.');
  }
  const reader = frameReader(file, name);
  const stacks = dicomStacks([imageHeader(file, name)]);
  const { frame = 0 } = options;
  const chosen = frame === 'all' ? stacks : stacks.slice(frame, frame + 1);
  if (chosen.length === 0) {
    throw new PatchclError('bad-usage', `there is no volume ${frame}`, {
      subject: name,
      hint: `Choose one from 0 to ${stacks.length - 1}.`,
    });
  }
  const volumes = await Promise.all(chosen.map((stack) => readSlices(stack, async () => reader)));
  return volumes.length === 1 ? (volumes[0] as Volume) : asChannels(volumes, name);
}

/**
 * Reads a segmentation: a DICOM SEG object, values being segment numbers, or an image whose values are class indices.
 *
 * @returns [depth, height, width].
 * @throws PatchclError as `readDicom`, and `bad-file` when values are not integers 0 to 255.
 */
export async function readDicomLabels(
  bytes: Uint8Array,
  name: string,
  options: LabelOptions = {},
): Promise<LabelVolume> {
  if (isSegmentation(readPart10(bytes, name).dataSet)) return readDicomSeg(bytes, name);
  return labelsOf(await readDicom(bytes, name), name, options);
}

/**
 * Reads the files of a stack, one at a time, into one volume.
 *
 * @param read gives a file by the name its header was made with
 * @throws PatchclError as `readDicom`.
 */
export async function readStack(stack: DicomStack, read: (name: string) => Promise<Uint8Array>): Promise<Volume> {
  let open: { name: string; reader: FrameReader } | undefined;
  return readSlices(stack, async (name) => {
    // Frames of one file follow each other.
    if (open?.name !== name)
      open = { name, reader: frameReader(readPart10(await expanded(await read(name), name), name), name) };
    return open.reader;
  });
}

/** Files of a series may be compressed one by one (`.dcm.gz`). */
async function expanded(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  return isGzip(bytes) ? (await inflateAll(bytes, name)).bytes : bytes;
}

async function readSlices(
  { slices, geometry, notes }: DicomStack,
  readerOf: (name: string) => Promise<FrameReader>,
): Promise<Volume> {
  const [first] = slices;
  if (first === undefined) throw new PatchclError('bad-data', 'there are no slices');
  const { rows, columns, isColour, name } = first.image;
  const channels = isColour ? 3 : 1;
  const plane = rows * columns;
  if (channels * slices.length * plane > MAX_VOXELS) {
    throw unfit(
      name,
      `its headers claim ${slices.length} slices of ${columns} x ${rows} pixels, more than can be held`,
      'Split the series.',
    );
  }
  let data: Float32Array | undefined;
  for (const [z, { image, frame }] of slices.entries()) {
    const reader = await readerOf(image.name);
    const { format } = reader;
    if (reader.channels !== channels || format.rows !== rows || format.columns !== columns) {
      throw unfit(image.name, 'the file has changed since it was listed', 'Start again.');
    }
    const values = await reader.read(frame.index);
    // Made with the first frame, so that a file that cannot be decoded costs no memory.
    data ??= new Float32Array(channels * slices.length * plane);
    for (let c = 0; c < channels; c++) {
      const from = (c * slices.length + z) * plane;
      for (let i = 0; i < plane; i++) {
        const value = values[c * plane + i] as number;
        data[from + i] = isColour ? value : value * frame.slope + frame.intercept;
      }
    }
  }
  const shape = [channels, slices.length, rows, columns] as const;
  // Windows may differ from slice to slice; that of the middle one is looked at first.
  const meaning = isColour ? undefined : slices[slices.length >> 1]?.frame.meaning;
  return {
    ...{ data: data as Float32Array, shape, geometry },
    ...(meaning === undefined ? {} : { meaning }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function asChannels(volumes: readonly Volume[], name: string): Volume {
  const [first] = volumes as [Volume];
  if (volumes.some(({ shape }) => shape.some((extent, axis) => extent !== first.shape[axis]))) {
    throw unfit(name, 'its volumes differ in size, so they cannot be read as channels', 'Split them.');
  }
  const data = new Float32Array(volumes.length * first.data.length);
  for (const [i, volume] of volumes.entries()) data.set(volume.data, i * first.data.length);
  return {
    ...first,
    data,
    shape: [volumes.length * first.shape[0], ...first.shape.slice(1)] as unknown as Volume['shape'],
  };
}
