import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { LabelVolume } from '../../../imaging/volume.ts';
import { pythonWith } from '../../../testing/python.ts';
import { readLabels } from '../../read-image.ts';
import { buildDataSet, type Value } from '../build.ts';
import { readDicomHeader } from '../read-header.ts';
import { readSegOn } from '../seg/read-on.ts';
import { TAG, type Tag } from '../tags.ts';
import { hasValidator, validated } from '../testing/dciodvfy.ts';
import { makeImage } from '../testing/make-dicom.ts';
import { stacksOfFiles } from '../testing/open-files.ts';
import { writePart10 } from '../write.ts';
import { fillEvenOdd } from './fill.ts';
import { outlines } from './trace.ts';
import { writeStructureSet } from './write.ts';

// Square, since rt-utils takes rows for columns.
const [ROWS, COLUMNS, DEPTH] = [72, 72, 12];
const folder = mkdtempSync(join(tmpdir(), 'patchcl-rt-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** An axial series of square pixels of 1.25 mm, which rt-utils asks for, 3 mm apart. */
async function series(depth = DEPTH) {
  const files = Object.fromEntries(
    Array.from({ length: depth }, (_, z) => [
      `${z}.dcm`,
      makeImage({
        rows: ROWS,
        columns: COLUMNS,
        position: [-50, -40, 3 * z],
        spacing: [1.25, 1.25],
        instance: z + 1,
        more: [
          [TAG.StudyDate, '20260101'],
          [TAG.StudyTime, '101010'],
          [TAG.StudyID, '1'],
          [TAG.PatientBirthDate, ''],
          [TAG.PatientSex, ''],
        ],
      }),
    ]),
  );
  const { stacks } = await stacksOfFiles(files);
  return { files, stack: stacks[0] as (typeof stacks)[0] };
}

/** Ten structures: balls and boxes, hollow ones and split ones among them. */
const SHAPES: readonly ((x: number, y: number, z: number) => boolean)[] = [
  ...[6, 9, 12].map(
    (r) => (x: number, y: number, z: number) => (x - 30) ** 2 + (y - 30) ** 2 + 9 * (z - 5) ** 2 < r * r * 2,
  ),
  (x, y) => x > 10 && x < 30 && y > 10 && y < 40,
  // A tube.
  (x, y) => Math.hypot(x - 40, y - 30) < 20 && Math.hypot(x - 40, y - 30) > 10,
  // Rings within one another.
  (x, y) => Math.floor(Math.hypot(x - 40, y - 30) / 6) % 2 === 1 && Math.hypot(x - 40, y - 30) < 30,
  // Two parts.
  (x, y) => Math.hypot(x - 20, y - 20) < 9 || Math.hypot(x - 55, y - 40) < 12,
  // To the edge of the picture.
  (x, y) => x + y > 90,
  (x, y, z) => Math.abs(x - 40) + Math.abs(y - 30) < 24 - z,
  (x, y, z) => z > 3 && z < 9 && Math.abs(x - 40) < 15 + z && Math.abs(y - 30) < 12,
];

function labelsOf(shape: (typeof SHAPES)[number], geometry: LabelVolume['geometry'], depth = DEPTH): LabelVolume {
  const data = new Uint8Array(depth * ROWS * COLUMNS);
  for (let i = 0; i < data.length; i++) {
    const [z, y, x] = [Math.floor(i / (ROWS * COLUMNS)), Math.floor(i / COLUMNS) % ROWS, i % COLUMNS];
    if (shape(x, y, z)) data[i] = 1;
  }
  return { data, shape: [depth, ROWS, COLUMNS], geometry };
}

function dice(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [both, all] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i] as number) & (b[i] as number);
    all += (a[i] as number) + (b[i] as number);
  }
  return (2 * both) / all;
}

let uid = 0;
const options = { uid: () => `2.25.${++uid}`, now: new Date(Date.UTC(2026, 1, 3)), version: '0.1.0' };

/** A structure set of one region with contours in millimetres. */
function structureSet(contours: readonly (readonly number[])[], types: readonly string[] = []): Uint8Array {
  const items = contours.map((points, i) =>
    buildDataSet([
      [TAG.ContourGeometricType, types[i] ?? 'CLOSED_PLANAR'],
      [TAG.NumberOfContourPoints, points.length / 3],
      [TAG.ContourData, points.map(String).join('\\')],
    ]),
  );
  const entries: (readonly [Tag, Value])[] = [
    [TAG.SOPClassUID, '1.2.840.10008.5.1.4.1.1.481.3'],
    [TAG.SOPInstanceUID, '1.2.8'],
    [
      TAG.StructureSetROISequence,
      [
        buildDataSet([
          [TAG.ROINumber, 7],
          [TAG.ROIName, 'PTV'],
        ]),
      ],
    ],
    [
      TAG.ROIContourSequence,
      [
        buildDataSet([
          [TAG.ContourSequence, items],
          [TAG.ReferencedROINumber, 7],
        ]),
      ],
    ],
  ];
  return writePart10(buildDataSet(entries));
}

/** A square around the pixels `from` to `to` of both axes, on the place `z`. */
const square = (from: number, to: number, z: number) => {
  const [x0, x1] = [from - 0.5, to + 0.5].map((x) => -50 + 1.25 * x) as [number, number];
  const [y0, y1] = [from - 0.5, to + 0.5].map((y) => -40 + 1.25 * y) as [number, number];
  return [x0, y0, z, x1, y0, z, x1, y1, z, x0, y1, z];
};
const areas = ({ data }: LabelVolume) =>
  Array.from({ length: data.length / (ROWS * COLUMNS) }, (_, z) =>
    data.subarray(z * ROWS * COLUMNS, (z + 1) * ROWS * COLUMNS).reduce((sum, value) => sum + value, 0),
  );

describe('a structure set', () => {
  it('is listed with its regions, without its contours being read', async () => {
    const bytes = structureSet([square(10, 19, 0)]);
    const header = await readDicomHeader(async (length) => bytes.subarray(0, length), 'rs.dcm');
    expect(header).toMatchObject({
      kind: 'segmentation',
      segmentation: { segments: [{ number: 7, label: 'PTV' }], isStructureSet: true },
    });
  });

  it('fills contours by the even-odd rule: holes, and islands in holes', async () => {
    const { stack } = await series(3);
    const bytes = structureSet([square(10, 29, 3), square(14, 25, 3), square(18, 21, 3)]);
    const labels = await readSegOn(stack, bytes, 'rs.dcm', () => 1);
    expect(areas(labels)).toEqual([0, 400 - 144 + 16, 0]);
  });

  it('draws contours between slices on the nearest, and fills slices between contours', async () => {
    const { stack } = await series(9);
    const between = await readSegOn(stack, structureSet([square(10, 19, 7)]), 'rs.dcm', () => 1);
    expect(areas(between)).toEqual([0, 0, 100, 0, 0, 0, 0, 0, 0]);
    const everySecond = structureSet([0, 6, 12, 18].map((z) => square(10, 19, z)));
    expect(areas(await readSegOn(stack, everySecond, 'rs.dcm', () => 1))).toEqual([...Array(8).fill(100), 0]);
  });

  it('leaves out points and open lines with a note, and refuses contours across slices', async () => {
    const { stack } = await series(3);
    const bytes = structureSet([square(10, 19, 0), [0, 0, 0]], ['CLOSED_PLANAR', 'POINT']);
    const { notes } = await readSegOn(stack, bytes, 'rs.dcm', () => 1);
    expect(notes).toEqual(['1 points or open lines of "PTV" enclose nothing and are left out']);
    const across = structureSet([[-50, -40, 0, -20, -40, 3, -20, -10, 6]]);
    await expect(readSegOn(stack, across, 'rs.dcm', () => 1)).rejects.toThrow('do not lie in the planes of its series');
  });

  it('is written and read back voxel for voxel', async () => {
    const { files, stack } = await series();
    const classes = ['background', 'heart', 'Größe'];
    for (const [k, shape] of SHAPES.entries()) {
      const labels = labelsOf(shape, stack.geometry);
      const other = SHAPES[(k + 3) % SHAPES.length] as (typeof SHAPES)[number];
      labelsOf(other, stack.geometry).data.forEach((value, i) => {
        if (value === 1 && labels.data[i] === 0) labels.data[i] = 2;
      });
      const bytes = writeStructureSet(labels, { ...options, stack, source: files['0.dcm'] as Uint8Array, classes });
      const { data } = await readSegOn(stack, bytes, 'rs.dcm', (region) => region);
      expect([k, Buffer.compare(data, labels.data)]).toEqual([k, 0]);
    }
  });

  it.skipIf(!hasValidator)('is a structure set without an error for dciodvfy', async () => {
    const { files, stack } = await series();
    const labels = labelsOf(SHAPES[0] as (typeof SHAPES)[number], stack.geometry);
    const source = files['0.dcm'] as Uint8Array;
    const { text, errors } = validated(
      writeStructureSet(labels, { ...options, stack, source, classes: ['background', 'heart'] }),
    );
    expect(text).toContain('RTStructureSet');
    expect(errors).toEqual([]);
  });

  it('outlines what lies on a picture so that filling gives it again, whatever it is', () => {
    let state = 1;
    const random = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    for (let run = 0; run < 200; run++) {
      const [rows, columns] = [1 + Math.floor(random() * 9), 1 + Math.floor(random() * 9)];
      const data = Uint8Array.from({ length: rows * columns }, () => (random() < 0.5 ? 1 : 0));
      const polygons = outlines(data, rows, columns, 1).map((corners) => Float64Array.from(corners));
      const inside = new Uint8Array(data.length);
      fillEvenOdd(polygons, inside, rows, columns);
      expect(inside).toEqual(data);
    }
  });
});

const python = pythonWith('rt_utils');

describe.skipIf(python === undefined)('rt-utils', () => {
  it('and this code draw each other’s structure sets alike, to a Dice of 0.99', async () => {
    const { files, stack } = await series();
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    const all = SHAPES.map((shape) => labelsOf(shape, stack.geometry));
    writeFileSync(join(folder, 'masks.raw'), Buffer.concat(all.map(({ data }) => data)));
    const ours = SHAPES.map((_, k) => {
      const path = join(folder, `ours${k}.rs`);
      const source = files['0.dcm'] as Uint8Array;
      writeFileSync(
        path,
        writeStructureSet(all[k] as LabelVolume, { ...options, stack, source, classes: ['background', 'organ'] }),
      );
      return path;
    });
    const result = python?.(
      `
import json, sys, os, glob, warnings
import numpy as np
warnings.simplefilter("ignore")
from rt_utils import RTStructBuilder
folder, depth, rows, columns = sys.argv[1], *map(int, sys.argv[2:5])
series = os.path.join(folder, "series"); os.mkdir(series)
for path in glob.glob(os.path.join(folder, "*.dcm")): os.rename(path, os.path.join(series, os.path.basename(path)))
masks = np.fromfile(os.path.join(folder, "masks.raw"), np.uint8).reshape(-1, depth, rows, columns)
stdout, sys.stdout = sys.stdout, sys.stderr
theirs = RTStructBuilder.create_new(dicom_series_path=series)
for k, mask in enumerate(masks): theirs.add_roi(mask=np.moveaxis(mask, 0, -1).astype(bool), name=f"roi{k}")
theirs.save(os.path.join(folder, "theirs.rs.dcm"))
dice = []
for k, path in enumerate(sys.argv[5:]):
    read = RTStructBuilder.create_from(dicom_series_path=series, rt_struct_path=path).get_roi_mask_by_name("organ")
    own = np.moveaxis(masks[k], 0, -1).astype(bool)
    dice.append(float(2 * (read & own).sum() / (read.sum() + own.sum())))
sys.stdout = stdout
print(json.dumps(dice))`,
      [folder, String(DEPTH), String(ROWS), String(COLUMNS), ...ours],
    ) as number[];
    // It rounds corners to whole pixels and draws the outline itself too, so that structures grow by up to a pixel.
    for (const value of result) expect(value).toBeGreaterThan(0.85);
    const theirs = new Uint8Array(readFileSync(join(folder, 'theirs.rs.dcm')));
    for (const [k, { data }] of all.entries()) {
      const read = await readSegOn(stack, theirs, 'rs.dcm', (region) => (region === k + 1 ? 1 : 0));
      expect([k, dice(read.data, data)]).toEqual([k, expect.closeTo(1, 2)]);
      expect(dice(read.data, data)).toBeGreaterThanOrEqual(0.99);
    }
  }, 120_000);
});

const hasPlastimatch = spawnSync('plastimatch', ['--version']).status === 0;
if (!hasPlastimatch) process.stderr.write('SKIPPED: tests against plastimatch, which is not there\n');

describe.skipIf(!hasPlastimatch)('plastimatch', () => {
  it('draws what is written here as it was, holes included, to a Dice of 0.99', async () => {
    const { files, stack } = await series();
    const ct = join(folder, 'ct');
    const found: number[] = [];
    mkdirSync(ct);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(ct, name), bytes);
    for (const [k, shape] of SHAPES.entries()) {
      const labels = labelsOf(shape, stack.geometry);
      const source = files['0.dcm'] as Uint8Array;
      const path = join(folder, `pm${k}.dcm`);
      writeFileSync(path, writeStructureSet(labels, { ...options, stack, source, classes: ['background', 'organ'] }));
      const out = join(folder, `pm${k}`);
      const args = [
        'convert',
        '--input',
        path,
        '--referenced-ct',
        ct,
        '--output-prefix',
        out,
        '--prefix-format',
        'nii',
        '--xor-contours',
      ];
      const { status, stdout } = spawnSync('plastimatch', args);
      expect([k, status, status === 0 ? '' : String(stdout)]).toEqual([k, 0, '']);
      const { data } = await readLabels(new Uint8Array(readFileSync(join(out, 'organ.nii'))), 'organ.nii');
      found.push(dice(data, labels.data));
    }
    expect(found.map((value) => value >= 0.99 || value)).toEqual(SHAPES.map(() => true));
  }, 120_000);
});
