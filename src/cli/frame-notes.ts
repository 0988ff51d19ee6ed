import { oneFrameOf } from '../data/inspect/suspicion.ts';
import type { Scan } from '../predict/scans/scan.ts';

/** Scans that are told of; many of one kind say no more. */
const TOLD = 5;

/** Remembers which scans hold more volumes than the one that is segmented. */
export class FrameNotes {
  readonly #found: string[] = [];

  /** The same scan, remembered when it is read. */
  watched(scan: Scan): Scan {
    return {
      ...scan,
      read: async (channels) => {
        const loaded = await scan.read(channels);
        const { frames } = loaded.volume;
        if (frames !== undefined) this.#found.push(`${scan.path}: ${oneFrameOf(frames)}`);
        return loaded;
      },
    };
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
