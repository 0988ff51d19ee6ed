import { zlibSync } from 'fflate';
import { concatBytes } from '../../core/bytes.ts';
import type { LabelVolume } from '../../imaging/volume.ts';
import { lpsSteps } from '../affine.ts';

/** Writes a segmentation as one MetaImage file (`.mha`; uint8, zlib), values being the class indices. */
export function writeMetaImage({ data, shape, geometry }: LabelVolume): Uint8Array {
  const [depth, height, width] = shape;
  const { spacing, unit, affine } = geometry;
  const compressed = zlibSync(data);
  const [x, y, z] = [spacing[2], spacing[1], spacing[0]];
  const placed = unit === 'mm' && affine !== undefined ? lpsSteps(affine) : undefined;
  const lengths = placed?.steps.map((step) => Math.hypot(...step)) ?? [x, y, z];
  const directions = placed?.steps.flatMap((step, axis) => step.map((value) => value / (lengths[axis] as number)));
  const lines = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    'CompressedData = True',
    `CompressedDataSize = ${compressed.length}`,
    ...(directions === undefined ? [] : [`TransformMatrix = ${directions.join(' ')}`]),
    ...(placed === undefined ? [] : [`Offset = ${placed.origin.join(' ')}`]),
    ...(unit === 'mm' ? [`ElementSpacing = ${lengths.join(' ')}`] : []),
    `DimSize = ${width} ${height} ${depth}`,
    'ElementType = MET_UCHAR',
    'ElementDataFile = LOCAL',
  ];
  return concatBytes([new TextEncoder().encode(`${lines.join('\n')}\n`), compressed]);
}
