import type { LabelVolume, Volume } from '../imaging/volume.ts';
import type { Case, Dataset } from './dataset.ts';
import { oneFrameOf } from './inspect/suspicion.ts';
import { Palettes } from './palettes.ts';

/** Subjects of one note that are named; many of one kind say no more. */
const NAMED = 3;

/**
 * Collects what is odd about data while they are listed and read, each thing once, so that whoever reads can tell it at the end.
 *
 * @example
 * const notes = new DataNotes();
 * const dataset = notes.watching(await openDataset(files, 'scans'));
 * // ... read cases of `dataset` ...
 * for (const line of notes.lines()) reporter.note(line);
 */
export class DataNotes {
  readonly #lines = new Set<string>();
  readonly #subjects = new Map<string, Set<string>>();
  readonly #palettes = new Palettes();

  /** Something that is not about one file. */
  addLine(line: string): void {
    this.#lines.add(line);
  }

  add(subject: string, text: string): void {
    const subjects = this.#subjects.get(text);
    if (subjects === undefined) this.#subjects.set(text, new Set([subject]));
    else subjects.add(subject);
  }

  /** What is odd about a scan or a mask that was read from `subject`. */
  addRead(subject: string, volume: Volume | LabelVolume): void {
    for (const text of notesOf(volume)) this.add(subject, text);
    const palette = 'palette' in volume || 'hasGreyPalette' in volume ? this.#palettes.add(subject, volume) : undefined;
    if (palette !== undefined) this.add(subject, palette);
  }

  /** The same data set, whose own notes are taken, and whose cases are listened to when they are read. */
  watching(dataset: Dataset): Dataset {
    for (const line of dataset.notes ?? []) this.addLine(line);
    return { ...dataset, cases: dataset.cases.map((item) => this.#watched(item)) };
  }

  #watched(item: Case): Case {
    const subject = item.imagePath ?? item.id;
    const { label } = item;
    const heard = async <T extends Volume | LabelVolume>(path: string, read: () => Promise<T>): Promise<T> => {
      const volume = await read();
      this.addRead(path, volume);
      return volume;
    };
    return {
      ...item,
      image: () => {
        for (const text of item.notes ?? []) this.add(subject, text);
        return heard(subject, item.image);
      },
      ...(label && { label: (reading) => heard(item.labelPath ?? item.id, () => label(reading)) }),
    };
  }

  /** What to tell a person, a line each: `path: text`, and how many more files the same is true of. */
  lines(): readonly string[] {
    const ofFiles = [...this.#subjects].flatMap(([text, all]) => {
      const subjects = [...all];
      const more = subjects.length - NAMED;
      return [
        ...subjects.slice(0, NAMED).map((subject) => `${subject}: ${text}`),
        ...(more > 0 ? [`... and ${more} more ${more === 1 ? 'file' : 'files'}: ${text}`] : []),
      ];
    });
    return [...this.#lines, ...ofFiles];
  }
}

/** Sentences about a scan or a mask as it was read. */
export function notesOf(volume: Volume | LabelVolume): readonly string[] {
  const frames = 'frames' in volume && volume.frames !== undefined ? [oneFrameOf(volume.frames)] : [];
  return [...frames, ...(volume.notes ?? [])];
}
