/** Unread values up to which those that may be missed are kept. */
const PATIENCE = 1000;

/**
 * Values on their way from who makes them to one who iterates over them. Who reads slowly, or not at all, misses values that may
 * be missed, so that memory stays bounded.
 */
export class EventQueue<T> implements AsyncIterable<T> {
  readonly #mayMiss: (value: T) => boolean;
  readonly #unread: T[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(mayMiss: (value: T) => boolean) {
    this.#mayMiss = mayMiss;
  }

  push(value: T): void {
    if (this.#unread.length >= PATIENCE && this.#mayMiss(value)) return;
    this.#unread.push(value);
    this.#wake();
  }

  /** @param end with the error that the iteration throws, if it does */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end = end;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#unread.length > 0) yield this.#unread.shift() as T;
      if (this.#end !== undefined) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if ('error' in this.#end) throw this.#end.error;
  }
}
