import { broadcastTo, reduction } from './broadcast.ts';
import { div, equal, where } from './elementwise.ts';

/** Mean along the axes. */
export const mean = reduction('ReduceMean', ({ dy, x, count }) => broadcastTo(div(dy, count), x.shape));
/** Largest value along the axes; the gradient goes to every place that attains it. */
export const max = reduction('ReduceMax', ({ dy, x, y }) => where(equal(x, y), dy, 0));
/** Smallest value along the axes; the gradient goes to every place that attains it. */
export const min = reduction('ReduceMin', ({ dy, x, y }) => where(equal(x, y), dy, 0));
