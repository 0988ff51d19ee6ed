import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';
import { spread } from '../core/spread.ts';
import { defaultClassNames } from '../data/classes.ts';
import type { Case } from '../data/dataset.ts';
import { findDataset } from '../data/layouts/open.ts';
import {
  readStudioSettings,
  STUDIO_FILES,
  type StudioScans,
  type StudioSettings,
  studioScans,
} from '../data/layouts/studio.ts';
import { slicingOfCases } from '../data/slicing.ts';
import { isLabel, type Measures, type Project, type StudioCase } from './api/index.ts';
import { CaseLabels } from './labels/case-labels.ts';

/** A case with all that is known about it. */
export interface ProjectCase {
  readonly item: Case;
  readonly origin: StudioCase['origin'];
  readonly labels: CaseLabels;
  measures?: Measures;
  /** What the scan looks like, once it has been read. */
  look?: readonly number[];
  /** What is odd about how it was read. */
  notes?: readonly string[];
  problem?: string;
  revision: number;
}

/** Scans looked at to choose the orientation of the slices. */
const LOOKED_AT = 3;

/**
 * A data set with the labels a person has given it in the studio. Its folder is written to, that of the scans never.
 *
 * @example
 * const project = await StudioProject.open(files, { data: 'scans', folder: 'scans-studio' });
 */
export class StudioProject {
  readonly files: Files;
  readonly folder: string;
  settings: StudioSettings;
  #scans: StudioScans;
  readonly #cases = new Map<string, ProjectCase>();

  private constructor(files: Files, folder: string, settings: StudioSettings, scans: StudioScans) {
    this.files = files;
    this.folder = folder;
    this.settings = settings;
    this.#scans = scans;
  }

  /**
   * Opens a project, or begins one.
   *
   * @param data folder of the scans; may be left out for a project that knows it
   * @throws PatchclError for folders that cannot be used
   */
  static async open(files: Files, { data, folder }: { data?: string; folder: string }): Promise<StudioProject> {
    const isOld = (await files.kind(joinPath(folder, STUDIO_FILES.settings))) === 'file';
    if (!isOld && data === undefined) {
      const hint = 'Give the folder of the scans with --data.';
      throw new PatchclError('bad-usage', 'this is not the folder of a studio project', { subject: folder, hint });
    }
    const uploads = joinPath(folder, STUDIO_FILES.uploads);
    const known = isOld ? await readStudioSettings(files, folder) : undefined;
    const source = { data: data ?? (known as StudioSettings).data, uploads };
    const scans = await studioScans(files, source, findDataset);
    const settings = known === undefined ? await newSettings(scans, source) : { ...known, ...source };
    const project = new StudioProject(files, folder, settings, scans);
    await project.#save();
    await project.#list();
    return project;
  }

  get cases(): readonly ProjectCase[] {
    return [...this.#cases.values()];
  }

  /** @throws PatchclError `bad-usage` when there is no such case */
  case(id: string): ProjectCase {
    const found = this.#cases.get(id);
    if (found !== undefined) return found;
    throw new PatchclError('bad-usage', 'there is no such case', { subject: id });
  }

  /** The project as the page sees it. */
  describe(): Project {
    const { dataset, problems } = this.#scans.found;
    const { data, classes, orientation } = this.settings;
    return {
      name: data.replace(/\/+$/, '').replace(/^.*\//, ''),
      data,
      folder: this.folder,
      layout: dataset.layout,
      classes,
      ...(orientation !== undefined && { orientation }),
      cases: this.cases.map(describeCase),
      problems: [...problems.map(({ message }) => message), ...(dataset.notes ?? []).map((note) => `${note}.`)],
    };
  }

  /** @throws PatchclError `bad-config` when there are fewer than before, which labels may use */
  async setClasses(classes: readonly string[]): Promise<void> {
    if (classes.length < this.settings.classes.length) {
      const problem = `there are ${this.settings.classes.length} classes, and labels may use all of them`;
      throw new PatchclError('bad-config', problem, { subject: 'classes', hint: 'Rename them, or add to them.' });
    }
    if (new Set(classes).size < classes.length) {
      throw new PatchclError('bad-config', 'two classes have the same name', { subject: 'classes' });
    }
    this.settings = { ...this.settings, classes: [...classes] };
    await this.#save();
  }

  /** Looks for scans that were added or have gone. */
  async refresh(): Promise<void> {
    this.#scans = await studioScans(this.files, this.settings, findDataset);
    await this.#list();
  }

  /** Writes down which patients are validated on from now on. */
  async setValidation(patients: readonly string[]): Promise<void> {
    this.settings = { ...this.settings, validation: [...patients] };
    await this.#save();
  }

  async #list(): Promise<void> {
    const { found, uploaded } = this.#scans;
    const taken = new Set(found.dataset.cases.map(({ id }) => id));
    const listed = [
      ...found.dataset.cases.map((item) => ({ item, origin: 'data' as const })),
      ...uploaded.filter(({ id }) => !taken.has(id)).map((item) => ({ item, origin: 'uploaded' as const })),
    ];
    const ids = new Set(listed.map(({ item }) => item.id));
    for (const id of this.#cases.keys()) if (!ids.has(id)) this.#cases.delete(id);
    for (const { item, origin } of listed) {
      if (this.#cases.has(item.id)) continue;
      const labels = await CaseLabels.open(this.files, this.folder, item.id);
      this.#cases.set(item.id, { item, origin, labels, revision: 0 });
    }
  }

  async #save(): Promise<void> {
    const path = joinPath(this.folder, STUDIO_FILES.settings);
    await this.files.write(path, `${JSON.stringify(this.settings, null, 2)}\n`);
  }
}

async function newSettings(
  { found: { dataset } }: StudioScans,
  source: Pick<StudioSettings, 'data' | 'uploads'>,
): Promise<StudioSettings> {
  const orientation = await orientationOfSome(dataset.cases);
  return {
    version: 1,
    ...source,
    classes: [...(dataset.classes ?? defaultClassNames(2))],
    ...(orientation !== undefined && { orientation }),
    validation: [],
  };
}

/** How scans are cut into slices, by some of them; those that cannot be read are told of later, each by itself. */
async function orientationOfSome(cases: readonly Case[]) {
  const readable: Case[] = [];
  for (const item of spread(cases, 4 * LOOKED_AT)) {
    if (readable.length === LOOKED_AT) break;
    const image = await item.image().catch(() => undefined);
    if (image !== undefined) readable.push({ ...item, image: async () => image });
  }
  return slicingOfCases(readable);
}

export function describeCase({
  item,
  origin,
  labels,
  measures,
  notes = [],
  problem,
  revision,
}: ProjectCase): StudioCase {
  const given = item.label !== undefined;
  return {
    id: item.id,
    patient: item.patient,
    origin,
    state: problem !== undefined ? 'broken' : measures === undefined ? 'unread' : 'ready',
    ...(problem !== undefined && { problem }),
    notes: [...new Set([...(item.notes ?? []), ...notes])],
    ...(measures && { measures }),
    slices: measures === undefined ? [] : labels.states(measures.shape[0], given),
    revision,
  };
}

/** Whether training may learn from a case: some slice of it has a label. */
export function isLabelledCase({ item, labels, measures }: ProjectCase): boolean {
  if (item.label !== undefined) return true;
  return measures === undefined ? labels.size > 0 : labels.states(measures.shape[0], false).some(isLabel);
}
