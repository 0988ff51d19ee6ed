import { messageOf } from '../core/errors.ts';
import type { StudioCase } from './api/index.ts';
import type { StudioHost } from './host.ts';
import { describeCase, type ProjectCase } from './project-case.ts';
import type { ScanCache } from './scan-cache.ts';
import type { StudioProject } from './studio-project.ts';

/** Reads scans: the one that is asked for at once, all others one after the other. Tells what has become of each. */
export class CaseReading {
  readonly #project: StudioProject;
  readonly #cache: ScanCache;
  readonly #host: Pick<StudioHost, 'emit' | 'log'>;
  /** Told when a mask has more classes than were known. */
  readonly #onClasses: () => void;
  #closed = false;

  constructor(project: StudioProject, cache: ScanCache, host: Pick<StudioHost, 'emit' | 'log'>, onClasses: () => void) {
    this.#project = project;
    this.#cache = cache;
    this.#host = host;
    this.#onClasses = onClasses;
  }

  /** The case, read. @throws PatchclError when it cannot be read */
  async ready(id: string): Promise<ProjectCase> {
    const entry = this.#project.case(id);
    if (entry.measures === undefined) await this.#read(entry, false);
    return entry;
  }

  /** Tells that a case has changed. */
  changed(entry: ProjectCase): StudioCase {
    const described = describeCase(entry);
    this.#host.emit({ type: 'case', case: described });
    return described;
  }

  /** Reads the cases that nobody has asked for. */
  async readAll(): Promise<void> {
    for (const entry of this.#project.cases) {
      if (this.#closed) return;
      if (entry.measures !== undefined || entry.problem !== undefined) continue;
      await this.#read(entry, true).catch(() => undefined);
    }
  }

  close(): void {
    this.#closed = true;
  }

  async #read(entry: ProjectCase, later: boolean): Promise<void> {
    try {
      const { measures, look, notes, values } = await this.#cache.facts(entry, later);
      entry.measures = measures;
      entry.look = look;
      entry.notes = notes;
      delete entry.problem;
      if (await this.#project.growClasses(values)) this.#onClasses();
    } catch (error) {
      // A reading that the end of the studio has cut off says nothing about the scan.
      if (this.#closed) throw error;
      entry.problem = messageOf(error);
      this.#host.log(`${entry.item.id} cannot be read: ${entry.problem}`);
      throw error;
    } finally {
      if (!this.#closed) this.changed(entry);
    }
  }
}
