/** Does the tasks of each key one after the other, in the order in which they were given; one that fails holds up no other. */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** @throws what the task throws */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(task);
    this.#last.set(key, done);
    try {
      return await done;
    } finally {
      if (this.#last.get(key) === done) this.#last.delete(key);
    }
  }
}
