import { PatchclError } from '../core/errors.ts';
import { joinPath } from '../core/files.ts';
import { InOrder } from '../core/in-order.ts';
import { defaultClassNames } from '../data/classes.ts';
import { findDataset } from '../data/layouts/open.ts';
import { type StudioScans, studioScans } from '../data/layouts/studio.ts';
import {
  presentClasses,
  readStudioSettings,
  STUDIO_FILES,
  type StudioSettings,
} from '../data/studio-labels/settings.ts';
import type { PaletteRequest, Project } from './api/index.ts';
import { checkNames, paletteOf, withPalette } from './class-palette.ts';
import { CaseLabels } from './labels/case-labels.ts';
import { newSettings } from './new-project.ts';
import { canJudge, describeCase, type ProjectCase } from './project-case.ts';
import type { StudioFiles } from './studio-files.ts';

/**
 * A data set with the labels a person has given it in the studio. Its folder is written to, that of the scans never.
 *
 * @example
 * const project = await StudioProject.open(files, { data: 'scans', folder: 'scans-studio' });
 */
export class StudioProject {
  readonly files: StudioFiles;
  readonly folder: string;
  #settings: StudioSettings;
  #scans: StudioScans;
  readonly #saves = new InOrder();
  readonly #cases = new Map<string, ProjectCase>();
  /** What was found damaged beside the scans. */
  readonly #problems: string[] = [];

  private constructor(files: StudioFiles, folder: string, settings: StudioSettings, scans: StudioScans) {
    this.files = files;
    this.folder = folder;
    this.#settings = settings;
    this.#scans = scans;
  }

  /**
   * Opens a project, or begins one.
   *
   * @param data folder of the scans; may be left out for a project that knows it
   * @throws PatchclError for folders that cannot be used
   */
  static async open(files: StudioFiles, { data, folder }: { data?: string; folder: string }): Promise<StudioProject> {
    const isOld = (await files.kind(joinPath(folder, STUDIO_FILES.settings))) === 'file';
    if (!isOld && data === undefined) {
      const hint = 'Give the folder of the scans with --data.';
      throw new PatchclError('bad-usage', 'this is not the folder of a studio project', { subject: folder, hint });
    }
    const uploads = joinPath(folder, STUDIO_FILES.uploads);
    const known = isOld ? await readStudioSettings(files, folder) : undefined;
    const source = { data: data ?? (known as StudioSettings).data, uploads };
    const scans = await studioScans(files, { ...known, ...source }, findDataset);
    const settings = known === undefined ? await newSettings(scans.found.dataset, source) : { ...known, ...source };
    const project = new StudioProject(files, folder, settings, scans);
    await project.change({ version: 2 });
    await project.#list();
    return project;
  }

  get settings(): StudioSettings {
    return this.#settings;
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

  /** Something damaged that was left out, a sentence: the page shows it. */
  addProblem(problem: string): void {
    this.#problems.push(problem);
  }

  /** The project as the page sees it. */
  describe(): Project {
    const { dataset, problems } = this.#scans.found;
    const { data, classes, removed = [], orientation, leftOut = [], validation, isValidationChosen } = this.settings;
    return {
      name: data.replace(/\/+$/, '').replace(/^.*\//, ''),
      data,
      folder: this.folder,
      layout: dataset.layout,
      classes,
      palette: paletteOf(this.settings),
      removed: removed.map((value) => ({ value, name: classes[value] as string })),
      ...(orientation !== undefined && { orientation }),
      cases: this.cases.map(describeCase),
      leftOut,
      hasIgnored: dataset.ignoreLabel !== undefined,
      ...(dataset.patients && { patients: dataset.patients }),
      heldOut: { patients: validation, isChosen: isValidationChosen === true },
      problems: [...this.#problems, ...problems.map(({ message }) => message)],
    };
  }

  /** Names classes by their values. @throws PatchclError `bad-config` when there are fewer than before, which labels may use */
  async setClasses(classes: readonly string[]): Promise<void> {
    if (classes.length < this.settings.classes.length) {
      const problem = `there are ${this.settings.classes.length} classes, and labels may use all of them`;
      throw new PatchclError('bad-config', problem, { subject: 'classes', hint: 'Rename them, or add to them.' });
    }
    checkNames({ ...this.settings, classes: [...classes] });
    await this.change({ classes: [...classes] });
  }

  /** Lists classes as a person wants them. @throws PatchclError `bad-config` */
  async setPalette(request: PaletteRequest): Promise<void> {
    await this.change(withPalette(this.settings, request));
  }

  /** Classes for masks that have values which were not known. @param values rising. @returns whether there are more now */
  async growClasses(values: readonly number[]): Promise<boolean> {
    const { classes, gaps = [] } = this.settings;
    const isNew = (value: number) => value >= classes.length || gaps.includes(value);
    if (!values.some(isNew)) return false;
    const names = defaultClassNames((values.at(-1) as number) + 1).slice(classes.length);
    const between = names.map((_, i) => classes.length + i);
    const free = [...gaps, ...between].filter((value) => !values.includes(value));
    await this.change({ classes: [...classes, ...names], gaps: free });
    return true;
  }

  /** The parts that the data set itself names. */
  get parts(): StudioScans['found']['dataset']['parts'] {
    return this.#scans.found.dataset.parts;
  }

  /** Cases that judge models now. */
  get heldOut(): readonly ProjectCase[] {
    const { validation } = this.settings;
    return this.cases.filter(
      (entry) =>
        (validation.includes(entry.item.patient) || this.parts?.val.includes(entry.item.id)) && canJudge(entry),
    );
  }

  /** Label values of the classes that a model learns now, background first. */
  get trainedValues(): readonly number[] {
    return presentClasses(this.settings);
  }

  /** Looks for scans that were added or have gone. */
  async refresh(): Promise<void> {
    this.#scans = await studioScans(this.files, this.settings, findDataset);
    await this.#list();
  }

  /** Removes a case from the project, or puts it back; its files and labels stay. @throws PatchclError `bad-usage` when there is no such case */
  async leaveOut(id: string, isOut: boolean): Promise<void> {
    const { leftOut = [] } = this.settings;
    if (isOut) this.case(id);
    await this.change({ leftOut: [...leftOut.filter((other) => other !== id), ...(isOut ? [id] : [])] });
    await this.refresh();
  }

  /** Writes down what is different from now on. @throws PatchclError `unwritable`: then nothing is */
  change(change: Partial<StudioSettings>): Promise<void> {
    return this.#saves.run('settings', async () => {
      const next = { ...this.#settings, ...change };
      await this.files.write(joinPath(this.folder, STUDIO_FILES.settings), `${JSON.stringify(next, null, 2)}\n`);
      this.#settings = next;
    });
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
      this.#cases.set(item.id, { item, origin, labels });
    }
  }
}
