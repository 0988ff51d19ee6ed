import { messageOf } from '../core/errors.ts';
import { joinPath } from '../core/files.ts';
import type { StudioCase } from './api/index.ts';
import type { StudioHost } from './host.ts';
import { Worker } from './jobs/worker.ts';
import { LabelDesk } from './label-desk.ts';
import { Proposals } from './proposals.ts';
import { ScanCache } from './scan-cache.ts';
import { describeCase, type ProjectCase, StudioProject } from './studio-project.ts';
import { Training } from './training/training.ts';

export interface StudioOptions {
  /** Folder of the scans; a project that was opened before knows it. */
  readonly data?: string;
  /** Folder of the project. */
  readonly folder: string;
}

/** A project that is open: all that the API reaches, without HTTP. */
export interface Studio {
  readonly project: StudioProject;
  readonly host: StudioHost;
  readonly cache: ScanCache;
  readonly labels: LabelDesk;
  readonly training: Training;
  readonly proposals: Proposals;
  /** Decodes what people have sent. Apart from that of models, so that a slice need not wait for a segmentation. */
  readonly reader: Worker;
  readonly models: Worker;
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
export async function openStudio({ data, folder }: StudioOptions, host: StudioHost): Promise<Studio> {
  const { files, start, log } = host;
  const emit: StudioHost['emit'] = (event) => host.emit(event);
  const project = await StudioProject.open(files, { folder, ...(data !== undefined && { data }) });
  const [reader, models] = [new Worker(folder, start), new Worker(folder, start)];
  const cache = new ScanCache(project, files, reader);
  await cache.open();
  const temporary = joinPath(folder, 'cache', 'temporary');
  await files.remove(temporary);

  let proposals: Proposals | undefined;
  const training = await Training.open(project, {
    emit,
    start,
    ...(host.ended && { ended: host.ended }),
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
      const { measures, look, notes } = await cache.facts(entry, later);
      entry.measures = measures;
      entry.look = look;
      entry.notes = notes;
      delete entry.problem;
    } catch (error) {
      entry.problem = messageOf(error);
      log(`${entry.item.id} cannot be read: ${entry.problem}`);
      throw error;
    } finally {
      changed(entry);
    }
  };
  let closed = false;
  return {
    project,
    host,
    cache,
    labels: new LabelDesk(project, files, cache),
    training,
    proposals,
    reader,
    models,
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
      const path = joinPath(temporary, crypto.randomUUID());
      try {
        return await use(path);
      } finally {
        await files.remove(path);
      }
    },
    async close() {
      closed = true;
      await training.close();
      reader.close();
      models.close();
    },
  };
}
