import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, joinPath } from '../../core/files.ts';
import type { Case } from '../../data/dataset.ts';
import { findDataset } from '../../data/layouts/open.ts';
import { studioScans, turned } from '../../data/layouts/studio.ts';
import { notesOf } from '../../data/notes.ts';
import { readGiven } from '../../data/studio-labels/given-mask.ts';
import { readStudioSettings, type StudioSettings } from '../../data/studio-labels/settings.ts';
import { writeNifti } from '../../formats/index.ts';
import type { Volume } from '../../imaging/volume.ts';
import { Segmenter } from '../../predict/segmenter.ts';
import { finishRun } from '../../runs/finish.ts';
import { openRun } from '../../runs/open-run.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { propose } from '../propose.ts';
import { lookOf } from '../ranking/look.ts';
import { fitsInt16, measuresOf, previewOf, thumbnail, valuesOf } from '../scan-views.ts';
import { adoptModel } from './adopt-model.ts';
import { asChannels, refuseUnfit } from './fit-model.ts';
import { exportMask, importMask, layMask, type MaskPlace, maskFile, seriesOfCases } from './masks.ts';
import { patchViewData } from './patch-data.ts';
import type { JobName, Jobs } from './protocol.ts';
import { segmentFiles } from './segment-files.ts';

type JobTable = { readonly [Name in JobName]: (given: Jobs[Name]['given']) => Promise<Jobs[Name]['gives']> };

/** What jobs need of their surroundings. */
export interface JobHost {
  readonly files: Files;
  /** Version of patchcl. */
  readonly version: string;
  runtime(): Promise<Runtime>;
}

/** What a project has, as it stands on disk. */
interface Listed {
  readonly settings: StudioSettings;
  readonly cases: ReadonlyMap<string, Case>;
  /** How many classes the data set states; undefined: those of its masks are. */
  readonly statedClasses: number | undefined;
  /** What the data set calls its channels. */
  readonly channels: readonly string[];
}

/** Does the jobs of a worker. */
export class JobRunner {
  readonly #host: JobHost;
  readonly #files: Files;
  readonly #folder: string;
  #listed: Listed;
  #runtime: Promise<Runtime> | undefined;
  #loaded: { readonly key: string; readonly segmenter: Segmenter } | undefined;

  private constructor(host: JobHost, folder: string, listed: Listed) {
    this.#host = host;
    this.#files = host.files;
    this.#folder = folder;
    this.#listed = listed;
  }

  static async open(host: JobHost, folder: string): Promise<JobRunner> {
    return new JobRunner(host, folder, await listed(host.files, folder));
  }

  run(name: JobName, given: unknown): Promise<unknown> {
    return (this.#jobs[name] as (given: unknown) => Promise<unknown>)(given);
  }

  readonly #jobs: JobTable = {
    read: async ({ case: id, folder }) => {
      const item = this.#case(id);
      const { image, label, values } = await readGiven(item, this.#listed.statedClasses);
      const volume = this.#turned(image);
      const measures = { ...measuresOf(volume, image.geometry.affine), ...valuesOf(image, this.#listed.channels) };
      await this.#files.write(joinPath(folder, 'thumbnail.png'), thumbnail(volume, measures));
      if (label !== undefined) {
        await this.#files.write(joinPath(folder, 'given.raw'), turned(label, this.#settings.orientation).data);
      }
      const notes = [...new Set([image, ...(label ? [label] : [])].flatMap(notesOf))];
      return { measures, look: lookOf(volume), notes, values };
    },
    volume: async ({ case: id, target, stored = false }) => {
      const image = await this.#case(id).image();
      const volume = stored ? image : this.#turned(image);
      const int16 = fitsInt16(volume.data);
      const file = writeNifti(volume, { gzip: false, int16 });
      await this.#files.write(target, file);
      const bytes = int16 ? 2 : 4;
      return { header: file.length - volume.data.length * bytes, bytes };
    },
    preview: async ({ case: id, target }) => {
      const volume = this.#turned(await this.#case(id).image());
      const preview = previewOf(volume, measuresOf(volume, undefined));
      await this.#files.write(target, writeNifti(preview, { gzip: false }));
      return null;
    },
    importMask: async ({ case: id, file, name, target, foreign = false }) => {
      const bytes = await this.#files.read(file);
      const { labels, foreground } = await importMask(this.#place(id), bytes, name, { foreign });
      await this.#files.write(target, labels.data);
      return { foreground, depth: labels.shape[0] };
    },
    exportMask: async ({ case: id, voxels, target, format }) => {
      const { bytes, name } = await exportMask(this.#place(id), await this.#files.read(voxels), format);
      await this.#files.write(target, bytes);
      return { name };
    },
    layMask: async ({ case: id, voxels, target, ...kind }) => {
      await this.#files.write(target, await layMask(this.#place(id), await this.#files.read(voxels), kind));
      return null;
    },
    series: async () => seriesOfCases(this.#files, this.#settings, [...this.#listed.cases.values()]),
    segmentFiles: async ({ folder, model, key, values, target, ...kind }) => {
      const mask = await segmentFiles(
        this.#files,
        folder,
        await this.#segmenter(model, key),
        this.#settings.orientation,
      );
      const data = mask.data.map((label) => values[label] ?? 0);
      await this.#files.write(target, maskFile({ ...mask, data }, kind));
      return null;
    },
    propose: async ({ case: id, model, run, step, folder, key, values }) => {
      const segmenter = await this.#segmenter(model, key);
      const volume = asChannels(await this.#case(id).image(), segmenter.info.channels, id);
      const { slices, doubt, mask, ...others } = await propose(segmenter, this.#turned(volume), id);
      // Label values of the project for the classes of the model.
      const voxels = { ...others, mask: mask.map((label) => values[label] ?? label) };
      for (const [name, data] of Object.entries(voxels)) await this.#files.write(joinPath(folder, `${name}.raw`), data);
      const { classes } = segmenter.info;
      const proposal = { case: id, run, step, classes, doubt, slices };
      await this.#files.write(joinPath(folder, 'proposal.json'), JSON.stringify(proposal));
      return proposal;
    },
    patches: async ({ run, folder, data, batch }) =>
      patchViewData(this.#files, await this.#runtimeOf(), { run, folder, data, batch }),
    finish: async ({ folder, data }) => {
      const host = { files: this.#files, runtime: await this.#runtimeOf(), wallClock: () => Date.now() / 1000 };
      await finishRun({ run: folder, data }, host);
      return null;
    },
    adopt: async ({ file, name, target, cases }) => {
      const [runtime, model] = [await this.#runtimeOf(), await this.#files.read(file)];
      const { bytes, info } = await adoptModel(runtime, model, name, this.#settings.classes);
      const segmenter = await Segmenter.load(runtime, bytes, name);
      try {
        await refuseUnfit(
          segmenter,
          name,
          cases.map((id) => this.#case(id)),
        );
      } finally {
        await segmenter.dispose();
      }
      await this.#files.write(target, bytes);
      return { classes: [...info.classes], method: info.training.method, preset: info.training.preset };
    },
    refresh: async () => {
      this.#listed = await listed(this.#files, this.#folder);
      return null;
    },
  };

  get #settings(): StudioSettings {
    return this.#listed.settings;
  }

  #case(id: string): Case {
    const found = this.#listed.cases.get(id);
    if (found !== undefined) return found;
    throw new PatchclError('bad-usage', 'there is no such case', { subject: id });
  }

  #place(id: string): MaskPlace {
    return { files: this.#files, settings: this.#settings, item: this.#case(id), version: this.#host.version };
  }

  #turned(volume: Volume): Volume {
    return turned(volume, this.#settings.orientation);
  }

  #runtimeOf(): Promise<Runtime> {
    this.#runtime ??= this.#host.runtime();
    return this.#runtime;
  }

  /** @param model run folder, or ONNX file. @param key changes when its weights do */
  async #segmenter(model: string, key: string): Promise<Segmenter> {
    if (this.#loaded?.key === key) return this.#loaded.segmenter;
    await this.#loaded?.segmenter.dispose();
    this.#loaded = undefined;
    const isFile = (await this.#files.kind(model)) === 'file';
    const bytes = isFile ? await this.#files.read(model) : await openRun(this.#files, model).model();
    const segmenter = await Segmenter.load(await this.#runtimeOf(), bytes, baseName(model));
    this.#loaded = { key, segmenter };
    return segmenter;
  }
}

async function listed(files: Files, folder: string): Promise<Listed> {
  const settings = await readStudioSettings(files, folder);
  const { found, uploaded } = await studioScans(files, settings, findDataset);
  const cases = new Map([...uploaded, ...found.dataset.cases].map((item) => [item.id, item]));
  const statedClasses = found.dataset.classes === undefined ? undefined : settings.classes.length;
  return { settings, cases, statedClasses, channels: found.dataset.channels ?? [] };
}
