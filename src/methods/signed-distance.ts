import { add, averagePool2d, cast, div, greater, sub, type Tensor } from '../graph/index.ts';
import { around } from './main-part.ts';

/**
 * How far every pixel is from the border of a mask, negative within: in steps to one of the eight neighbours, cut off at `reach` and
 * divided by it. -1 is deep within, 1 far away or where there is no mask at all; the frame of the image is no border. Made of
 * pooling, so it runs within a step on every device; without gradient.
 *
 * @param masks 0 or 1, [N, C, H, W]
 * @param reach steps, at least 1
 * @returns [N, C, H, W], in [-1, 1]
 */
export function signedDistances(masks: Tensor, reach: number): Tensor {
  const outside = sub(1, masks);
  let [inner, outer] = [masks, outside];
  let [within, away] = [masks, outside];
  for (let step = 1; step < reach; step++) {
    inner = sub(1, grown(sub(1, inner)));
    outer = sub(1, grown(sub(1, outer)));
    within = add(within, inner);
    away = add(away, outer);
  }
  return div(sub(away, within), reach);
}

/** Every mask, and the eight neighbours of its pixels. */
function grown(masks: Tensor): Tensor {
  return cast(greater(averagePool2d(around(masks, 1), 3, 1), 0), 'float32');
}
