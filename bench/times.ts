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
