import { gzipSync, zlibSync } from 'fflate';
import { Rng } from '../../src/core/rng.ts';
import { writeLabelPng, writeMetaImage, writeNifti, writeNrrd, writeRgbPng } from '../../src/formats/index.ts';
import { writeSafetensors } from '../../src/formats/safetensors.ts';
import { colourJpeg, greyJpeg } from '../../src/formats/testing/make-jpeg.ts';
import { makeBmp, makeGif } from '../../src/formats/testing/make-pictures.ts';
import { makeTiff } from '../../src/formats/testing/make-tiff.ts';
import { makeMetaImage, makeNrrd } from '../../src/formats/testing/make-volumes.ts';
import type { LabelVolume, Volume } from '../../src/imaging/volume.ts';
import { initialise, namedSpecs } from '../../src/nn/parameters.ts';
import { type UNetOptions, unetSpec } from '../../src/nn/unet.ts';
import { writeModelFile } from '../../src/predict/model-file.ts';
import { dicomImages, dicomSegmentation } from './make-dicom.ts';
import { makeHdf5 } from './make-hdf5.ts';

/** Small whole files of every format, by the extension that they are read under. All are made here; none is anybody's scan. */
export async function makeCorpus(): Promise<Readonly<Record<string, readonly Uint8Array[]>>> {
  return {
    '.nii': [writeNifti(SCAN, { gzip: false }), writeNifti(MASK, { gzip: false }), nifti2(), bigEndian()],
    '.nii.gz': [writeNifti(SCAN), writeNifti(MASK), gzipSync(nifti2()), gzipBomb()],
    '.png': [writeLabelPng(SLICE), writeRgbPng(noise(3 * 24 * 20), 24, 20), pngBomb()],
    '.jpg': [
      greyJpeg(3, [10, 128, 255, 0, 60, 77], 2),
      greyJpeg(2, [1, 2, 3, 4]),
      await colourJpeg(noise(3 * 30 * 17).map(soft), [17, 30], { quality: 50 }),
      await colourJpeg(noise(3 * 30 * 17).map(soft), [17, 30], { quality: 50, progressive: true }),
    ],
    '.tif': tiffs(await colourJpeg(noise(3 * 256).map(soft), [16, 16], { quality: 50 })),
    '.nrrd': nrrds(),
    '.mha': metaImages(),
    '.bmp': bmps(),
    '.gif': [
      makeGif({ width: 9, height: 7, values: noise(63) }),
      makeGif({ width: 9, height: 7, values: noise(63), isInterlaced: true }),
    ],
    '.h5': await makeHdf5(),
    '.dcm': dicomImages(),
    '.dcm.gz': dicomImages()
      .slice(0, 3)
      .map((bytes) => gzipSync(bytes)),
    '.seg.dcm': [await dicomSegmentation()],
    '.safetensors': [
      writeSafetensors({
        tensors: {
          'a.weight': { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
          b: { shape: [], data: Float32Array.of(7) },
          empty: { shape: [0], data: new Float32Array() },
        },
        metadata: { step: '12', network: 'student' },
      }),
    ],
    '.onnx': [model()],
  };
}

const geometry = {
  spacing: [3, 1.5, 1.25] as const,
  unit: 'mm' as const,
  affine: [-1.25, 0, 0, 90, 0, -1.5, 0, 80, 0, 0, 3, -70, 0, 0, 0, 1],
};
const SCAN: Volume = {
  data: Float32Array.from({ length: 2 * 3 * 8 * 7 }, (_, i) => 100 * Math.sin(i)),
  shape: [2, 3, 8, 7],
  geometry,
};
const MASK: LabelVolume = { data: noise(168).map((value) => value & 3), shape: [3, 8, 7], geometry };
const SLICE: LabelVolume = { ...MASK, data: MASK.data.slice(0, 56), shape: [1, 8, 7] };

function noise(length: number): Uint8Array {
  const rng = new Rng('fuzz', 'corpus', length);
  return Uint8Array.from({ length }, () => rng.int(256));
}

/** The encoder cannot write pictures that are larger than what they show. */
const soft = (value: number) => value >> 3;

function nifti2(): Uint8Array {
  const like = new Uint8Array(544 + 56);
  const view = new DataView(like.buffer);
  view.setInt32(0, 540, true);
  like.set([0x6e, 0x2b, 0x32, 0, 0x0d, 0x0a, 0x1a, 0x0a], 4);
  view.setInt16(12, 2, true);
  [3, 7, 8, 1].forEach((extent, i) => {
    view.setBigInt64(16 + 8 * i, BigInt(extent), true);
  });
  view.setBigInt64(168, 544n, true);
  return writeNifti(SLICE, { gzip: false, like });
}

function bigEndian(): Uint8Array {
  const bytes = new Uint8Array(352 + 2 * 12);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 348);
  [3, 2, 3, 2].forEach((extent, i) => {
    view.setInt16(40 + 2 * i, extent);
  });
  view.setInt16(70, 4);
  [1, 4, 5, 6].forEach((step, i) => {
    view.setFloat32(76 + 4 * i, step);
  });
  view.setFloat32(108, 352);
  bytes.set([0x6e, 0x2b, 0x31], 344);
  return bytes;
}

/** A NIfTI header of a few voxels before 32 MiB of zeros. */
function gzipBomb(): Uint8Array {
  const bomb = new Uint8Array(1 << 25);
  bomb.set(writeNifti(MASK, { gzip: false }));
  return gzipSync(bomb);
}

/** 16 million pixels of deflated zeros, where the header says 8 x 7. */
function pngBomb(): Uint8Array {
  const whole = writeLabelPng(SLICE);
  const start = whole.findIndex((_, i) => String.fromCharCode(...whole.subarray(i, i + 4)) === 'IDAT') - 4;
  const zeros = zlibSync(new Uint8Array(1 << 24));
  const chunk = new Uint8Array(12 + zeros.length);
  new DataView(chunk.buffer).setUint32(0, zeros.length);
  chunk.set([0x49, 0x44, 0x41, 0x54], 4);
  chunk.set(zeros, 8);
  return Uint8Array.from([
    ...whole.subarray(0, start),
    ...chunk,
    0,
    0,
    0,
    0,
    0x49,
    0x45,
    0x4e,
    0x44,
    0xae,
    0x42,
    0x60,
    0x82,
  ]);
}

function tiffs(jpeg: Uint8Array): Uint8Array[] {
  const grey = { width: 9, height: 7, values: noise(63) };
  const rgb = { width: 9, height: 7, samples: 3, values: noise(189) };
  return [
    makeTiff([grey, grey]),
    makeTiff([{ ...rgb, compression: 'lzw', predictor: 2, rowsPerStrip: 3 }]),
    makeTiff([{ ...rgb, compression: 'deflate', planar: true, tile: [16, 16] }], false),
    makeTiff([{ ...grey, bits: 16, compression: 'packbits' }]),
    makeTiff([
      {
        ...grey,
        values: noise(63).map((v) => v & 3),
        bits: 2,
        photometric: 3,
        palette: [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3],
      },
    ]),
    makeTiff([{ ...grey, format: 3, bits: 32, compression: 'lzw', predictor: 3 }]),
    makeTiff([grey], true, true),
    makeTiff([{ ...grey, lowestBitFirst: true, withoutCounts: true }]),
    makeTiff([
      {
        ...grey,
        description: '<OME><Pixels DimensionOrder="XYCZT" SizeC="2" SizeZ="1" SizeT="1"><TiffData/></Pixels></OME>',
      },
      grey,
    ]),
    makeTiff([{ width: 16, height: 16, samples: 3, values: [], photometric: 6, jpeg: [jpeg] }]),
    makeTiff([{ width: 1000, height: 1000, values: new Uint8Array(1e6), compression: 'deflate' }]),
  ];
}

function nrrds(): Uint8Array[] {
  const values = noise(24);
  return [
    writeNrrd(MASK),
    writeNrrd(MASK, { classes: ['background', 'a', 'b', 'c'] }),
    makeNrrd(
      [
        'type: short',
        'dimension: 4',
        'sizes: 3 2 2 1',
        'kinds: vector domain domain domain',
        'spacings: nan 1 2 3',
        'endian: big',
        'encoding: raw',
      ],
      values,
    ),
    makeNrrd(
      ['type: uchar', 'dimension: 2', 'sizes: 4 6', 'encoding: text'],
      new TextEncoder().encode([...values].join(' ')),
    ),
    makeNrrd(
      ['type: uchar', 'dimension: 2', 'sizes: 4 6', 'encoding: hex'],
      new TextEncoder().encode(Buffer.from(values).toString('hex')),
    ),
  ];
}

function metaImages(): Uint8Array[] {
  return [
    writeMetaImage(MASK),
    makeMetaImage(['NDims = 4', 'DimSize = 2 2 2 3', 'ElementSpacing = 1 1 2 1', 'ElementType = MET_UCHAR'], noise(24)),
    makeMetaImage(
      ['NDims = 2', 'DimSize = 2 4', 'ElementNumberOfChannels = 3', 'ElementType = MET_UCHAR_ARRAY'],
      noise(24),
    ),
  ];
}

function bmps(): Uint8Array[] {
  const size = { width: 9, height: 7 };
  return [
    makeBmp({ ...size, bits: 24, values: noise(189) }),
    makeBmp({ ...size, bits: 8, values: noise(63) }),
    makeBmp({ ...size, bits: 1, values: noise(63).map((value) => value & 1) }),
    makeBmp({ ...size, bits: 8, values: noise(63), runLength: true }),
  ];
}

function model(): Uint8Array {
  const network: UNetOptions = {
    channels: 1,
    classes: 2,
    widths: [2, 2],
    stem: 'plain',
    normalisation: 'instance',
    upsampling: 'nearest',
    dropout: [],
  };
  return writeModelFile(network, initialise(namedSpecs(unetSpec(network)), new Rng(1)), {
    version: '1.0.0',
    classes: ['background', 'heart'],
    channels: 1,
    preparation: { size: 16, crop: 1, normalise: 'percentile', percentiles: [0.5, 99.5], orientation: 'LPS' },
    training: { method: 'patchcl', preset: 'default', seed: 1, step: 10, network: 'teacher', validationDice: 0.5 },
  });
}
