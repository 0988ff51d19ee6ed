/** The best step tells what the program can do, the median what the machine let it do. */
export interface Times {
  readonly median: number;
  readonly best: number;
}

export function times(values: readonly number[]): Times {
  return { median: median(values), best: Math.min(...values) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

/** Milliseconds of each of `steps` runs, after some that do not count: two until caches are filled, more until JavaScript is compiled. */
export async function timed(steps: number, run: () => Promise<unknown>, warmUp = 2): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < steps + warmUp; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.slice(warmUp);
}
