const WARM_UP = 2;

/** Milliseconds of each of `steps` runs, after two that do not count. */
export async function timed(steps: number, run: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < steps + WARM_UP; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.slice(WARM_UP);
}
