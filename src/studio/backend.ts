import { joinPath } from '../core/files.ts';
import type { StudioCase } from './api/index.ts';
import { CaseReading } from './case-reading.ts';
import type { StudioHost } from './host.ts';
import { Worker } from './jobs/worker.ts';
import { LabelStore } from './labels/label-store.ts';
import { openModels } from './open-models.ts';
import type { ProjectCase } from './project-case.ts';
import type { Proposals } from './proposals.ts';
import type { ProposingModel } from './proposing-model.ts';
import { ScanCache } from './scan-cache.ts';
import { StudioProject } from './studio-project.ts';
import { temporaryFiles } from './temporary-files.ts';
import type { Training } from './training/training.ts';

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
  readonly proposing: ProposingModel;
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
  /** Has the workers list scans and classes anew before their next jobs. */
  refreshWorkers(): void;
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
  const refreshWorkers = () => {
    for (const worker of [reader, models]) worker.refresh();
  };
  const reading = new CaseReading(project, cache, host, () => {
    refreshWorkers();
    host.emit({ type: 'project' });
  });
  const labels = new LabelStore(project, files, cache);
  const { training, proposing, proposals } = await openModels(project, labels, models, host);
  return {
    project,
    host,
    cache,
    labels,
    training,
    proposing,
    proposals,
    reader,
    models,
    ready: (id) => reading.ready(id),
    changed: (entry) => reading.changed(entry),
    async readAll() {
      await reading.readAll();
      await proposals.lookThrough();
    },
    refreshWorkers,
    withTemporary,
    async close() {
      reading.close();
      await training.close();
      await Promise.all([reader.close(), models.close()]);
    },
  };
}
