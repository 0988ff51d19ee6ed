import type { Tensor } from '../graph/tensor.ts';
import { floats, type NamedValues, type Session, type Values } from './runtime.ts';

const NEXT = 'next:';

/** Output name of a state tensor's next value. */
export function nextName(name: string): string {
  return `${NEXT}${name}`;
}

/**
 * A session whose outputs `next:x` are the inputs `x` of its next run: parameters, momentum, teacher, key buffers.
 * Two sets of buffers take turns, so a step allocates no state.
 */
export class StatefulSession {
  readonly #session: Session;
  #current: Record<string, Values>;
  #spare: Record<string, Values>;

  constructor(
    session: Session,
    state: Readonly<Record<string, Tensor>>,
    initial: Readonly<Record<string, Float32Array>>,
  ) {
    this.#session = session;
    const buffers = (fill: (name: string, size: number) => Float32Array) =>
      Object.fromEntries(
        Object.entries(state).map(([name, { shape }]) => {
          const size = shape.reduce((product, extent) => product * extent, 1);
          return [name, floats(fill(name, size), shape)];
        }),
      );
    this.#current = buffers((name) => Float32Array.from(initial[name] as Float32Array));
    this.#spare = buffers((_, size) => new Float32Array(size));
  }

  /** One run: feeds the batch and the state, keeps the next state, returns the other outputs. */
  async step(feeds: NamedValues): Promise<NamedValues> {
    const into = Object.fromEntries(Object.entries(this.#spare).map(([name, values]) => [nextName(name), values]));
    const outputs = await this.#session.run({ ...feeds, ...this.#current }, into);
    [this.#current, this.#spare] = [this.#spare, this.#current];
    return Object.fromEntries(Object.entries(outputs).filter(([name]) => !name.startsWith(NEXT)));
  }

  /** The state as it is now; valid until the next step. */
  state(): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.#current).map(([name, { data }]) => [name, data as Float32Array]));
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
