import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { type Files, joinPath } from '../core/files.ts';
import type { StudioCase, StudioEvent } from '../studio/api/index.ts';
import { describeCase, type ProjectCase, StudioProject } from '../studio/studio-project.ts';
import { EventHub } from './http/event-hub.ts';
import { Worker } from './jobs/worker.ts';
import { LabelDesk } from './label-desk.ts';
import { Proposals } from './proposals.ts';
import { ScanCache } from './scan-cache.ts';
import { Training } from './training/training.ts';

export interface StudioOptions {
  readonly files: Files;
  /** Folder of the scans; a project that was opened before knows it. */
  readonly data?: string;
  /** Folder of the project. */
  readonly folder: string;
  readonly log: (text: string) => void;
}

/** A project that is open: all that the API reaches, without HTTP. */
export interface Studio {
  readonly project: StudioProject;
  readonly events: EventHub;
  readonly cache: ScanCache;
  readonly labels: LabelDesk;
  readonly training: Training;
  readonly proposals: Proposals;
  /** Decodes what people have sent. Apart from that of models, so that a slice need not wait for a segmentation. */
  readonly reader: Worker;
  readonly models: Worker;
  readonly log: (text: string) => void;
  /** Reads a case, if it has not been read, and tells it. @throws PatchclError when it cannot be read */
  ready(id: string): Promise<ProjectCase>;
  /** Tells that a case has changed. */
  changed(entry: ProjectCase): StudioCase;
  /** Reads the cases that nobody has asked for, one after the other. */
  readAll(): Promise<void>;
  /** Gives a path for a file that is gone afterwards, whatever happens. */
  withTemporary<T>(use: (path: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a project: its scans are listed, its runs found, what is new is read in the background. @throws PatchclError for folders that cannot be used */
export async function openStudio({ files, data, folder, log }: StudioOptions): Promise<Studio> {
  const project = await StudioProject.open(files, { folder, ...(data !== undefined && { data }) });
  const events = new EventHub();
  const emit = (event: StudioEvent) => events.emit(event);
  const [reader, models] = [new Worker(folder), new Worker(folder)];
  const cache = new ScanCache(project, reader);
  await cache.open();
  const temporary = joinPath(folder, 'cache', 'temporary');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });

  let proposals: Proposals | undefined;
  const training = await Training.open(project, {
    emit,
    log: (text) => {
      log(text);
      emit({ type: 'note', level: 'problem', text });
    },
    onBest: (run, step) => void proposals?.watch(run, step),
    onModel: () => void proposals?.lookThrough(),
    finish: async (run, labels) => {
      await models.run('finish', { folder: run, data: labels }, { subject: run });
    },
  });
  proposals = new Proposals(project, models, training, { emit, log });

  const changed = (entry: ProjectCase) => {
    const described = describeCase(entry);
    emit({ type: 'case', case: described });
    return described;
  };
  const read = async (entry: ProjectCase, later: boolean) => {
    try {
      entry.measures = await cache.measures(entry, later);
      delete entry.problem;
    } catch (error) {
      entry.problem = error instanceof Error ? error.message : String(error);
      log(`${entry.item.id} cannot be read: ${entry.problem}`);
      throw error;
    } finally {
      changed(entry);
    }
  };
  let closed = false;
  return {
    project,
    events,
    cache,
    labels: new LabelDesk(project, cache),
    training,
    proposals,
    reader,
    models,
    log,
    async ready(id) {
      const entry = project.case(id);
      if (entry.measures === undefined) await read(entry, false);
      return entry;
    },
    changed,
    async readAll() {
      for (const entry of project.cases) {
        if (closed) return;
        if (entry.measures === undefined && entry.problem === undefined) await read(entry, true).catch(() => undefined);
      }
      await proposals.lookThrough();
    },
    async withTemporary(use) {
      const path = joinPath(temporary, randomUUID());
      try {
        return await use(path);
      } finally {
        await rm(path, { force: true });
      }
    },
    async close() {
      closed = true;
      await training.close();
      reader.close();
      models.close();
      events.close();
    },
  };
}
