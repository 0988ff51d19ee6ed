/**
 * Volumes as large as a whole-body CT: `npm run bench:large [-- --only 512]` makes 512 x 512 x 450 (NIfTI and DICOM) and 1024 x 1024 x 400
 * (NIfTI) of int16 in a temporary folder. Tells what `patchcl inspect` and `patchcl predict` (NIfTI and SEG masks) take beside the
 * volume as it is computed with, and what is said where 2 GB are allowed. Linux only; the folder needs 4 GB.
 */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../src/core/rng.ts';
import { makeImage } from '../src/formats/dicom/testing/make-dicom.ts';
import { writeNifti } from '../src/formats/index.ts';
import { textTable } from '../src/report/table.ts';
import { commandCost } from './command-cost.ts';
import { randomModel } from './random-model.ts';

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const HEADER_BYTES = 352;

/** Slices of a cylinder in air with some noise, Hounsfield units. @returns a slice by its number */
function body(side: number): (slice: number) => Int16Array {
  const rng = new Rng('body', side);
  const noise = Int16Array.from({ length: 1 << 16 }, () => rng.int(40) - 20);
  const plane = new Int16Array(side * side);
  for (let i = 0; i < plane.length; i++) {
    const [row, column] = [Math.floor(i / side) / side - 0.5, (i % side) / side - 0.5];
    plane[i] = Math.hypot(row, column) < 0.35 ? 40 : -1000;
  }
  return (slice) => plane.map((value, i) => value + (noise[(i * 31 + slice * 977) & 0xffff] as number));
}

function writeNiftiVolume(path: string, side: number, slices: number): void {
  const geometry = {
    spacing: [1, 0.7, 0.7] as const,
    unit: 'mm' as const,
    affine: [0.7, 0, 0, 0, 0, 0.7, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  };
  const small = writeNifti({ data: Uint8Array.of(0), shape: [1, 1, 1], geometry }, { gzip: false });
  const header = small.slice(0, HEADER_BYTES);
  const view = new DataView(header.buffer);
  for (const [i, length] of [side, side, slices].entries()) view.setInt16(42 + 2 * i, length, true);
  // The library writes bytes and float32; a CT has int16.
  view.setInt16(70, 4, true);
  view.setInt16(72, 16, true);
  const file = openSync(path, 'w');
  writeSync(file, header);
  const slice = body(side);
  for (let z = 0; z < slices; z++) writeSync(file, new Uint8Array(slice(z).buffer));
  closeSync(file);
}

function writeSeries(folder: string, side: number, slices: number): void {
  mkdirSync(folder);
  const slice = body(side);
  for (let z = 0; z < slices; z++) {
    const image = makeImage({
      rows: side,
      columns: side,
      pixels: slice(z),
      position: [0, 0, z],
      spacing: [0.7, 0.7],
      instance: z + 1,
    });
    writeFileSync(join(folder, `${z}.dcm`), image);
  }
}

const root = mkdtempSync(join(tmpdir(), 'patchcl-large-'));
const at = (name: string) => join(root, name);
try {
  writeFileSync(at('model.onnx'), randomModel());
  const volumes = [
    {
      name: '512 x 512 x 450, NIfTI',
      voxels: 512 * 512 * 450,
      path: at('ct512.nii'),
      make: () => writeNiftiVolume(at('ct512.nii'), 512, 450),
    },
    {
      name: '512 x 512 x 450, DICOM',
      voxels: 512 * 512 * 450,
      path: at('series512'),
      make: () => writeSeries(at('series512'), 512, 450),
    },
    {
      name: '1024 x 1024 x 400, NIfTI',
      voxels: 1024 * 1024 * 400,
      path: at('ct1024.nii'),
      make: () => writeNiftiVolume(at('ct1024.nii'), 1024, 400),
    },
  ].filter(({ name }) => values.only === undefined || name.startsWith(values.only));
  const rows: (string | number)[][] = [];
  const refusals: string[] = [];
  for (const { name, voxels, path, make } of volumes) {
    make();
    const commands: (readonly [string, readonly string[]])[] = [
      ['inspect', ['inspect', path]],
      ['predict', ['predict', at('model.onnx'), path, '--out', at('masks')]],
      ['predict --memory 2G', ['predict', at('model.onnx'), path, '--out', at('refused'), '--memory', '2G']],
    ];
    for (const [command, args] of commands) {
      const { status, text, wallSeconds, processorSeconds, peakBytes } = await commandCost(args);
      const ratio = peakBytes / (4 * voxels);
      rows.push([name, command, status ?? -1, wallSeconds, processorSeconds, peakBytes / 1e6, ratio]);
      const refusal = text.split('\n').find((line) => line.startsWith('patchcl:'));
      if (refusal !== undefined) refusals.push(refusal.replaceAll(`${root}/`, ''));
    }
    rmSync(path, { recursive: true });
  }
  const columns = [
    { title: 'volume' },
    { title: 'command' },
    { title: 'status', digits: 0 },
    { title: 's', digits: 0 },
    { title: 's of a processor', digits: 0 },
    { title: 'peak MB', digits: 0 },
    { title: 'peak / volume as float32', digits: 1 },
  ];
  process.stdout.write(`${textTable({ columns, rows })}\n${refusals.join('\n')}\n`);
} finally {
  rmSync(root, { recursive: true, force: true });
}
