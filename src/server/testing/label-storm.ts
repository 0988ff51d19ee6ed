import { Rng } from '../../core/rng.ts';
import { writeNifti } from '../../formats/index.ts';
import { BALL_GEOMETRY, BALL_SHAPE } from './ball-scans.ts';
import type { StartedStudio } from './start-studio.ts';

const [DEPTH, HEIGHT, WIDTH] = BALL_SHAPE;
const PLANE = HEIGHT * WIDTH;

export interface StormOptions {
  readonly operations: number;
  /** How often the studio is killed with SIGKILL, in the middle of what both clients ask for. */
  readonly kills: number;
  readonly seed: string;
  readonly cases: readonly string[];
  /** Starts the studio on the same project. */
  readonly start: () => Promise<StartedStudio>;
  readonly onProgress?: (done: number) => void;
}

export interface StormOutcome {
  /** Edits that the studio has confirmed. */
  readonly acknowledged: number;
  /** Pixels of them that are in no version of their slice. */
  readonly lost: number;
  /** Edits that were cut off, which may be there or not, but as a whole. */
  readonly cutOff: number;
  readonly restarts: number;
  readonly versions: number;
}

/** An edit that was confirmed: what it has put where. */
interface Confirmed {
  readonly case: string;
  readonly slice: number;
  readonly pixels: ReadonlyMap<number, number>;
}

/** Two clients that draw, import, undo and do again in any order, while the studio is killed again and again. */
export async function labelStorm(options: StormOptions): Promise<StormOutcome> {
  const { operations, kills, seed, cases, start, onProgress } = options;
  const rng = new Rng('storm', seed);
  let started = await start();
  for (const id of cases) await started.studio.ask('case', { case: id });
  const confirmed: Confirmed[] = [];
  let cutOff = 0;
  let restarts = 0;
  let done = 0;
  const killAt = new Set(Array.from({ length: kills }, (_, i) => Math.floor(((i + 1) * operations) / (kills + 1))));
  const clients = [new Client(new Rng(seed, 'a')), new Client(new Rng(seed, 'b'))];
  while (done < operations) {
    const { studio } = started;
    const works = Promise.allSettled(
      clients.map((client) => client.act(studio, cases[Math.floor(rng.float() * cases.length)] as string)),
    );
    if (killAt.delete(done) || killAt.delete(done + 1)) {
      await new Promise((wake) => setTimeout(wake, rng.uniform(0, 8)));
      const gone = new Promise((resolve) => started.process.once('exit', resolve));
      started.process.kill('SIGKILL');
      await gone;
      restarts++;
    }
    for (const outcome of await works) {
      if (outcome.status === 'rejected') cutOff++;
      else confirmed.push(...outcome.value);
    }
    done += clients.length;
    onProgress?.(done);
    if (started.process.exitCode !== null || started.process.signalCode !== null) started = await start();
  }
  try {
    return { acknowledged: confirmed.length, cutOff, restarts, ...(await check(started, cases, confirmed)) };
  } finally {
    await started.end();
  }
}

/** A person at a page: knows each case as it was when it looked last. */
class Client {
  readonly #rng: Rng;
  readonly #revisions = new Map<string, number>();

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  async act(studio: StartedStudio['studio'], id: string): Promise<Confirmed[]> {
    const chance = this.#rng.float();
    if (chance < 0.7) return this.#stroke(studio, id);
    if (chance < 0.8) return this.#importMask(studio, id);
    const way = chance < 0.92 ? 'undo' : 'redo';
    // That there is nothing to undo is no loss.
    const changed = await studio.ask(way, { case: id }).catch(refusalAlone);
    if (changed !== undefined) this.#revisions.set(id, changed.revision);
    return [];
  }

  async #stroke(studio: StartedStudio['studio'], id: string): Promise<Confirmed[]> {
    const base = this.#revisions.get(id) ?? 0;
    const slice = Math.floor(this.#rng.uniform(0, DEPTH));
    const body = await studio.ask('mask', { case: id, first: slice, count: 1, revision: base });
    const pixels = new Map(
      Array.from({ length: 12 }, () => {
        const place = Math.floor(this.#rng.uniform(0, PLANE));
        // What has the class already is not drawn.
        return [place, body[place] === 1 ? 2 : 1] as const;
      }),
    );
    for (const [place, value] of pixels) body[place] = value;
    const asked = {
      case: id,
      name: 'brush',
      slices: String(slice),
      state: 'drawn',
      base,
      stale: 'merge',
      body,
    } as const;
    const { revision } = await studio.ask('editLabels', asked);
    this.#revisions.set(id, revision);
    return [{ case: id, slice, pixels }];
  }

  async #importMask(studio: StartedStudio['studio'], id: string): Promise<Confirmed[]> {
    const slice = Math.floor(this.#rng.uniform(0, DEPTH));
    const data = new Uint8Array(DEPTH * PLANE);
    const value = 1 + Math.floor(this.#rng.uniform(0, 2));
    data.fill(value, slice * PLANE, slice * PLANE + 30);
    const body = writeNifti({ data, shape: BALL_SHAPE, geometry: BALL_GEOMETRY });
    const { revision, slices } = await studio.ask('importMask', {
      case: id,
      name: 'm.nii.gz',
      slices: 'foreground',
      body,
    });
    this.#revisions.set(id, revision);
    // The masks of one file lie in the studio's orientation on one slice.
    const labelled = slices.flatMap((state, z) => (state === 'imported' ? [z] : []));
    return labelled.includes(slice) ? [{ case: id, slice, pixels: new Map([[-1, value]]) }] : [];
  }
}

/** @throws what is no refusal of the studio */
function refusalAlone(error: unknown): undefined {
  if (error instanceof Error && /nothing to|another by now/.test(error.message)) return undefined;
  throw error;
}

/** Looks for the pixels of every confirmed edit in all versions of its slice. */
async function check(started: StartedStudio, cases: readonly string[], confirmed: readonly Confirmed[]) {
  let [lost, versions] = [0, 0];
  for (const id of cases) {
    const { actions } = await started.studio.ask('history', { case: id });
    const masks = new Map<number, Uint8Array[]>();
    for (const { id: revision, slices } of actions) {
      for (const { slice } of slices) {
        const mask = await started.studio.ask('mask', { case: id, first: slice, count: 1, revision });
        masks.set(slice, [...(masks.get(slice) ?? []), mask]);
        versions++;
      }
    }
    for (const { case: of, slice, pixels } of confirmed) {
      if (of !== id) continue;
      const isThere = (masks.get(slice) ?? []).some((mask) => holds(mask, pixels));
      if (!isThere) lost += pixels.size;
    }
  }
  return { lost, versions };
}

/** An import is known by how much of its class there is. */
function holds(mask: Uint8Array, pixels: ReadonlyMap<number, number>): boolean {
  const imported = pixels.get(-1);
  if (imported !== undefined) return mask.filter((value) => value === imported).length >= 30;
  return [...pixels].every(([place, value]) => mask[place] === value);
}
