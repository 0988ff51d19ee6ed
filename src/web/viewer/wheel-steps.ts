/** Milliseconds without an event after which the next one begins a gesture. */
const PAUSE = 180;
/** Pixels from which on a first event is a notch of a wheel: fingers begin softly. */
const NOTCH = 50;
/** How much stronger than it has been a fading gesture must become to be a new push. */
const PUSH = { times: 3, pixels: 12 };

/** What of a `WheelEvent` tells. */
export interface WheelMove {
  readonly deltaX?: number;
  readonly deltaY: number;
  /** 0: pixels; else lines or pages, which wheels alone tell. */
  readonly deltaMode: number;
  readonly timeStamp: number;
}

/** Makes slices of what a wheel or fingers do: one slice a notch, and one a gesture, however long it runs on. */
export class WheelSteps {
  #last = Number.NEGATIVE_INFINITY;
  #isWheel = false;
  #direction = 0;
  #before = 0;
  #peak = 0;

  /** @returns slices to go: 1 down, -1 up, 0 for what still belongs to a gesture */
  take({ deltaX = 0, deltaY, deltaMode, timeStamp }: WheelMove): -1 | 0 | 1 {
    const isFirst = timeStamp - this.#last > PAUSE;
    this.#last = timeStamp;
    const direction = Math.sign(deltaY) as -1 | 0 | 1;
    // Sideways is no way through slices.
    if (direction === 0 || Math.abs(deltaX) > Math.abs(deltaY)) return 0;
    const size = Math.abs(deltaY);
    if (isFirst) this.#isWheel = deltaMode !== 0 || size >= NOTCH;
    if (this.#isWheel) return direction;
    // Fingers get faster first, then fade: only what has faded can be pushed anew.
    const hasFaded = this.#before < this.#peak / 2;
    const isPush = hasFaded && size > PUSH.times * this.#before + PUSH.pixels;
    const isNew = isFirst || direction !== this.#direction || isPush;
    this.#direction = direction;
    this.#peak = isNew ? size : Math.max(this.#peak, size);
    this.#before = size;
    return isNew ? direction : 0;
  }
}
