import { oneFrameOf } from './suspicion.ts';

/** Scans that are told of; many of one kind say no more. */
const TOLD = 5;

/** Remembers which scans hold more volumes than the one that is used. */
export class FrameNotes {
  readonly #found: string[] = [];

  /** @param frames undefined for a scan of one volume */
  add(path: string, frames: number | undefined): void {
    if (frames !== undefined) this.#found.push(`${path}: ${oneFrameOf(frames)}`);
  }

  /** What to tell a person. */
  lines(): readonly string[] {
    const more = this.#found.length - TOLD;
    return [
      ...this.#found.slice(0, TOLD),
      ...(more > 0 ? [`... and ${more} scans more of which one frame is used`] : []),
    ];
  }
}
