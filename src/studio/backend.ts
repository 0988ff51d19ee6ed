import { joinPath } from '../core/files.ts';
import type { StudioCase } from './api/index.ts';
import { CaseReading } from './case-reading.ts';
import type { StudioHost } from './host.ts';
import { Worker } from './jobs/worker.ts';
import { LabelStore } from './labels/label-store.ts';
import { Proposals } from './proposals.ts';
import { ScanCache } from './scan-cache.ts';
import { type ProjectCase, StudioProject } from './studio-project.ts';
import { temporaryFiles } from './temporary-files.ts';
import { Training } from './training/training.ts';

export interface StudioOptions {
  /** Folder of the scans; a project that was opened before knows it. */
  readonly data?: string;
  /** Folder of the project. */
  readonly folder: string;
}

/** A project that is open: all that the API reaches, without HTTP. */
export interface StudioBackend {
  readonly project: StudioProject;
  readonly host: StudioHost;
  readonly cache: ScanCache;
  readonly labels: LabelStore;
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
  /** Has the workers list scans and classes anew. */
  refreshWorkers(): Promise<void>;
  /** Gives a path for a file that is gone afterwards, whatever happens. */
  withTemporary<T>(use: (path: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a project: its scans are listed, its runs found, what is new is read in the background. @throws PatchclError for folders that cannot be used */
export async function openStudioBackend({ data, folder }: StudioOptions, host: StudioHost): Promise<StudioBackend> {
  const { files, start } = host;
  const project = await StudioProject.open(files, { folder, ...(data !== undefined && { data }) });
  const [reader, models] = [new Worker(folder, start), new Worker(folder, start)];
  const cache = new ScanCache(project, files, reader);
  await cache.open();
  const withTemporary = await temporaryFiles(files, joinPath(folder, 'cache', 'temporary'));
  const { training, proposals } = await openModels(project, models, host);
  const reading = new CaseReading(project, cache, host);
  return {
    project,
    host,
    cache,
    labels: new LabelStore(project, files, cache),
    training,
    proposals,
    reader,
    models,
    ready: (id) => reading.ready(id),
    changed: (entry) => reading.changed(entry),
    async readAll() {
      await reading.readAll();
      await proposals.lookThrough();
    },
    async refreshWorkers() {
      await Promise.all([reader, models].map((worker) => worker.run('refresh', null)));
    },
    withTemporary,
    async close() {
      reading.close();
      await training.close();
      reader.close();
      models.close();
    },
  };
}

/** Trainings tell proposals what is new, and proposals ask trainings for models. */
async function openModels(project: StudioProject, models: Worker, host: StudioHost) {
  const { start, ended, log } = host;
  let proposals: Proposals | undefined;
  const training = await Training.open(project, {
    emit: (event) => host.emit(event),
    start,
    ...(ended && { ended }),
    log: (text) => {
      log(text);
      host.emit({ type: 'note', level: 'problem', text });
    },
    onBest: (run, step) => void proposals?.watch(run, step),
    onModel: () => void proposals?.lookThrough(),
    finish: async (run, labels) => {
      await models.run('finish', { folder: run, data: labels }, { subject: run });
    },
  });
  proposals = new Proposals(project, models, training.runs, { emit: (event) => host.emit(event), log });
  return { training, proposals };
}
