/** Tells when something that is done now and then, or once after a while, is due. */
export class Due {
  readonly #every: number;
  readonly #now: () => number;
  #next: number;
  #times = 0;

  /**
   * @param times.after milliseconds from now until it is due for the first time
   * @param times.every milliseconds from then on; default: it is due once
   * @param now milliseconds of a clock
   */
  constructor({ after = 0, every = Number.POSITIVE_INFINITY }: { after?: number; every?: number }, now = Date.now) {
    this.#every = every;
    this.#now = now;
    this.#next = now() + after;
  }

  /** Whether it has been due before. */
  get wasDue(): boolean {
    return this.#times > 0;
  }

  /** Whether it is due; who asks does it, and it is not due again until its time has come. */
  isDue(): boolean {
    const now = this.#now();
    if (now < this.#next) return false;
    this.#next = now + this.#every;
    this.#times++;
    return true;
  }
}
