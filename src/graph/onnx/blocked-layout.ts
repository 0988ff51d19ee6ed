import type { Lowering } from '../lowering.ts';
import { extent, type ImageShape, sameShape, sizeOf, type TensorType } from '../shape.ts';

/*
 * ONNX Runtime's blocked layout of images (NCHWc): [N, C / B, H, W, B] with B = 16 (AVX-512) or 8 channels innermost, where
 * its convolutions, pools and per-channel operators run at vector speed. A value computed in it stays in it: operators that
 * know the layout ask for the blocked form, and the plain one is only written when some other operator reads it. An image
 * has a blocked form only if its channels fill whole blocks, so that every number has its place in both.
 */

export const NCHWC = { domain: 'com.microsoft.nchwc' } as const;

/** Whether a value has been computed in blocked layout. */
export function isBlocked(writer: Lowering, x: string): boolean {
  return writer.blockedForm.has(x);
}

/** The blocked form of an image [N, C, H, W] with C a multiple of the block. */
export function toBlocked(writer: Lowering, x: string): string {
  return writer.blockedForm.get(x) ?? writer.node('ReorderInput', [x], { channels_last: 0 }, NCHWC);
}

/** The blocked forms of several images. */
export function allToBlocked<Names extends readonly string[]>(writer: Lowering, names: Names): Names {
  return names.map((name) => toBlocked(writer, name)) as readonly string[] as Names;
}

/**
 * A name for an image that has been computed in blocked layout; its plain form is written when a node reads it.
 *
 * @param channels of the image; `y` may have more, up to the end of its last block
 */
export function fromBlocked(writer: Lowering, y: string, channels: number): string {
  const plain = writer.deferred(() => writer.node('ReorderOutput', [y], { channels, channels_last: 0 }, NCHWC));
  if (channels % (writer.target.nchwcBlock as number) === 0) writer.blockedForm.set(plain, y);
  return plain;
}

/**
 * Writes an operator that treats all numbers alike, in the layout its images are in.
 *
 * @param inputs types of the values of these names: images of one shape, or single numbers
 */
export function lowerAlike<Names extends readonly string[]>(
  writer: Lowering,
  names: Names,
  inputs: readonly TensorType[],
  write: (names: Names) => string,
): string {
  const image = inputs.find(({ shape }) => shape.length === 4)?.shape;
  const isAlike = image !== undefined && inputs.every(({ shape }) => sameShape(shape, image) || sizeOf(shape) === 1);
  if (!isAlike || !names.some((name) => isBlocked(writer, name))) return write(names);
  const isSingle = inputs.map(({ shape }) => sizeOf(shape) === 1);
  const blocked = names.map((name, i) => (isSingle[i] ? name : toBlocked(writer, name)));
  return fromBlocked(writer, write(blocked as readonly string[] as Names), extent(image, 1));
}

/** Mean of every plane, [N, C, 1, 1] in plain layout, of an image in blocked layout. */
export function blockedPlaneMeans(writer: Lowering, x: string): string {
  return writer.node('GlobalAveragePool', [x], {}, NCHWC);
}

/**
 * Sum over the pixels of a * b for every plane, [N, C, 1, 1] in plain layout, of images in blocked layout: a depthwise
 * convolution of a with b as a kernel of the whole image, which is in the layout of such a kernel already. 1.2 ms of one core
 * for 4 x 16 x 256 x 256, by a product and its means 2.2. Where one image of one block leaves nothing to a second core, as
 * fast as these with it.
 */
export function blockedPlaneDots(
  writer: Lowering,
  [a, b]: readonly [string, string],
  [n, channels, height, width]: ImageShape,
): string {
  const planes = n * channels;
  const image = writer.node('Reshape', [a, writer.ints(1, planes, height, width)]);
  const kernel = writer.node('Reshape', [b, writer.ints(planes, 1, height, width)]);
  const attributes = { kernel_shape: [height, width], pads: [0, 0, 0, 0], group: planes };
  const dots = writer.node('Conv', [image, kernel], attributes, NCHWC);
  return writer.node('Reshape', [dots, writer.ints(n, channels, 1, 1)]);
}

export interface BlockedScaleShift {
  /** [N, C, H, W] */
  readonly shape: ImageShape;
  /** Whether coefficients differ from image to image, of which there are several: [N, C, 1, 1] rather than [1, C, 1, 1]. */
  readonly perPlane: boolean;
  /** Of a leaky ReLU after it; 1 for none. */
  readonly slope: number;
}

/**
 * leakyRelu(x * scale + shift [+ addend]) of blocked images in one pass: a depthwise convolution of one pixel. Coefficients
 * per plane become channels of a single image.
 *
 * @param names blocked x, scale and shift of N * C or C numbers, and blocked addend
 */
export function blockedScaleShift(
  writer: Lowering,
  names: { x: string; scale: string; shift: string; addend?: string },
  { shape, perPlane, slope }: BlockedScaleShift,
): string {
  const [n, channels, height, width] = shape;
  const rows = perPlane ? n * channels : channels;
  const view = (image: string) =>
    perPlane ? writer.node('Reshape', [image, writer.ints(1, rows, height, width)]) : image;
  const inputs = [
    view(names.x),
    writer.node('Reshape', [names.scale, writer.ints(rows, 1, 1, 1)]),
    writer.node('Reshape', [names.shift, writer.ints(rows)]),
  ];
  if (names.addend !== undefined) inputs.push(view(names.addend));
  const activation = slope === 1 ? {} : { activation: 'LeakyRelu', activation_params: { floats: [slope] } };
  const y = writer.node(
    'Conv',
    inputs,
    { kernel_shape: [1, 1], pads: [0, 0, 0, 0], group: rows, ...activation },
    NCHWC,
  );
  return perPlane ? writer.node('Reshape', [y, writer.ints(n, channels, height, width)]) : y;
}
