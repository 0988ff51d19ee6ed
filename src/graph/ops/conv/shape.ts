import { type ImageShape, imageShape, sameShape, shapeError, show } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import type { ConvOptions } from './attributes.ts';

/** [N, Co, Ho, Wo] of a convolution. @throws PatchclError `shape` when image, weight, bias and options do not fit */
export function convShape(x: Tensor, weight: Tensor, options: ConvOptions): ImageShape {
  const { bias, padding = 0, stride = 1, dilation = 1 } = options;
  const [n, channelsIn, height, width] = imageShape(x, 'conv2d');
  const [channelsOut, weightChannels, kernelHeight, kernelWidth] = imageShape(weight, 'conv2d weight');
  checkSteps('conv2d', { padding, stride, dilation });
  if (weightChannels !== channelsIn) {
    throw shapeError('conv2d', `weight ${show(weight.shape)} does not fit image ${show(x.shape)}`);
  }
  const reach = (kernel: number) => dilation * (kernel - 1) + 1;
  const kernel = `a kernel of ${kernelHeight} x ${kernelWidth}${dilation === 1 ? '' : `, dilated by ${dilation},`}`;
  // What lies further out would see zeros only.
  if (padding >= Math.min(reach(kernelHeight), reach(kernelWidth))) {
    throw shapeError('conv2d', `${kernel} does not reach over a padding of ${padding}`);
  }
  const along = (size: number, kernel: number) => Math.floor((size + 2 * padding - reach(kernel)) / stride) + 1;
  const [outHeight, outWidth] = [along(height, kernelHeight), along(width, kernelWidth)];
  if (outHeight < 1 || outWidth < 1) throw shapeError('conv2d', `${kernel} does not fit into ${show(x.shape)}`);
  if (bias !== undefined && !sameShape(bias.shape, [channelsOut])) {
    throw shapeError('conv2d', `bias ${show(bias.shape)} does not fit weight ${show(weight.shape)}`);
  }
  return [n, channelsOut, outHeight, outWidth];
}

/** @throws PatchclError `shape` unless paddings are whole numbers, and steps whole numbers above 0 */
export function checkSteps(operator: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(sizes)) {
    const least = /padding/i.test(name) ? 0 : 1;
    if (!Number.isInteger(value) || value < least) {
      throw shapeError(operator, `${name} must be a whole number of at least ${least}, got ${value}`);
    }
  }
}
