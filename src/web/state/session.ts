import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { PatchclError } from '../../core/errors.ts';
import type {
  Project,
  Proposal,
  Ranking,
  Run,
  RunDetail,
  Runs,
  StudioCase,
  StudioClient,
  StudioEvent,
} from '../../studio/api/index.ts';
import { appendStep, appendValidation, type Curves, curvesOf } from './curves.ts';
import { EditQueues } from './edit-queues.ts';
import { notify } from './notices.ts';
import { type Palette, paletteOf } from './palette.ts';
import { goToReview } from './review-first.ts';

/** How many cases the list of what to label next holds. */
const RANKED = 12;

/** Milliseconds after a change of labels when that list is asked for anew. */
const RANK_AFTER = 400;

/** Milliseconds in which what is told of cases is collected. */
const TELL_AFTER = 100;

/** One project, as it is now: asked for once, then kept up to date by the studio's events. */
export class Session {
  readonly studio: StudioClient;
  readonly project = signal<Project | undefined>(undefined);
  readonly runs = signal<Runs>({ runs: [] });
  readonly ranking = signal<Ranking | undefined>(undefined);
  readonly isConnected = signal(true);
  /** Curves of the current run, as they grow. */
  readonly curves = signal<Curves>({});
  /** Step of the newest proposals of each watched case of the run that is training. */
  readonly watched = signal<ReadonlyMap<string, number>>(new Map());
  readonly current: ReadonlySignal<Run | undefined> = computed(() =>
    this.runs.value.runs.find(({ id }) => id === this.runs.value.current),
  );
  /** The run whose model proposes: the studio says which. */
  readonly model: ReadonlySignal<Run | undefined> = computed(() => {
    const { runs, proposes } = this.runs.value;
    return runs.find(({ id }) => id === proposes?.run);
  });
  readonly #byId = computed(() => new Map((this.project.value?.cases ?? []).map((item, i) => [item.id, i])));
  /** Classes by their label values. */
  readonly palette: ReadonlySignal<Palette> = computed(() => paletteOf(this.project.value?.palette ?? []));
  /** Whether the studio was started anew since, with another token. */
  readonly isOutdated = signal(false);
  /** What is drawn and not on disk yet. */
  readonly edits: EditQueues;
  readonly #stop = new AbortController();
  /** Cases that were told of while an answer about the whole project is under way, which may be older. */
  readonly #newer = new Set<StudioCase[]>();
  #curvesOf: string | undefined;
  #ranking: ReturnType<typeof setTimeout> | undefined;
  #telling: ReturnType<typeof setTimeout> | undefined;
  readonly #waiting: StudioCase[] = [];

  constructor(studio: StudioClient) {
    this.studio = studio;
    this.edits = new EditQueues(studio, (changed) => this.updateCase(changed));
  }

  /** Loads the project and follows its events until `close`. */
  async open(): Promise<void> {
    await this.refresh();
    await this.edits.restore(this.project.value?.folder ?? '');
    this.studio
      .listen((event) => batch(() => this.#take(event)), {
        signal: this.#stop.signal,
        onConnection: (isThere) => {
          this.isConnected.value = isThere;
          if (isThere) this.edits.retry();
        },
      })
      .catch((error: Error) => {
        this.isConnected.value = false;
        this.isOutdated.value = error instanceof PatchclError && error.code === 'unauthorised';
        if (!this.isOutdated.value) notify(error.message, 'problem');
      });
  }

  close(): void {
    this.#stop.abort();
  }

  async refresh(): Promise<void> {
    await Promise.all([this.#loadProject(), this.#loadRuns()]);
    await Promise.all([this.#loadRanking(), this.#loadCurves()]);
  }

  /** The case as it is known now. */
  case(id: string): StudioCase | undefined {
    const place = this.#byId.value.get(id);
    return place === undefined ? undefined : this.project.value?.cases[place];
  }

  /** Takes over what a request has told about a case. */
  updateCase(changed: StudioCase): void {
    this.#updateCases([changed]);
  }

  /** All at once: while thousands of scans are read, the list is not made anew for each of them. */
  #updateCases(changes: readonly StudioCase[]): void {
    const project = this.project.value;
    if (project === undefined) return;
    const cases = project.cases.slice();
    const places = new Map(this.#byId.peek());
    for (const changed of changes) {
      const place = places.get(changed.id);
      if (place === undefined) places.set(changed.id, cases.push(changed) - 1);
      else if ((cases[place] as StudioCase).revision <= changed.revision) cases[place] = changed;
    }
    this.project.value = { ...project, cases };
  }

  /** Cases that events tell of: the first at once, those that follow close upon it some at a time. */
  #told(item: StudioCase): void {
    for (const cases of this.#newer) cases.push(item);
    if (this.#telling !== undefined) {
      this.#waiting.push(item);
      return;
    }
    this.updateCase(item);
    this.#telling = setTimeout(() => {
      this.#telling = undefined;
      if (this.#waiting.length > 0) batch(() => this.#updateCases(this.#waiting.splice(0)));
    }, TELL_AFTER);
  }

  updateRun(run: Run): void {
    const { runs, current } = this.runs.value;
    const isKnown = runs.some(({ id }) => id === run.id);
    const others = isKnown ? runs.map((one) => (one.id === run.id ? run : one)) : [...runs, run];
    const isUnderWay = run.kind === 'run' && (!isKnown || run.id === current);
    const next = isUnderWay ? run.id : current;
    const { proposes } = this.runs.value;
    this.runs.value = { runs: others, ...(next !== undefined && { current: next }), ...(proposes && { proposes }) };
    if (proposes === undefined && run.hasModel) void this.#loadRuns();
    if (next !== this.#curvesOf) void this.#loadCurves();
  }

  async detail(run: string): Promise<RunDetail> {
    return this.studio.ask('run', { run });
  }

  async proposal(id: string, run?: string): Promise<Proposal> {
    return this.studio.ask('proposal', { case: id, run });
  }

  async #loadRuns(): Promise<void> {
    this.runs.value = await this.studio.ask('runs', {});
  }

  async #loadProject(): Promise<void> {
    const newer: StudioCase[] = [];
    this.#newer.add(newer);
    try {
      const project = await this.studio.ask('project', {});
      batch(() => {
        this.project.value = project;
        this.#updateCases(newer);
      });
    } finally {
      this.#newer.delete(newer);
    }
  }

  async #loadRanking(): Promise<void> {
    this.ranking.value = await this.studio.ask('ranking', { count: RANKED }).catch(() => undefined);
  }

  /** Labels change what to label next; many changes at once ask once. */
  #rankSoon(): void {
    this.#ranking ??= setTimeout(() => {
      this.#ranking = undefined;
      void this.#loadRanking();
    }, RANK_AFTER);
  }

  async #loadCurves(): Promise<void> {
    const { current } = this.runs.value;
    if (current === undefined || current === this.#curvesOf) return;
    this.#curvesOf = current;
    this.curves.value = {};
    this.watched.value = new Map();
    const detail = await this.detail(current).catch(() => undefined);
    if (detail !== undefined && current === this.#curvesOf) this.curves.value = curvesOf(detail);
  }

  #take(event: StudioEvent): void {
    if (event.type === 'hello') {
      // What has happened before, since it was asked for, nobody has told.
      void this.refresh().catch(() => undefined);
    } else if (event.type === 'case') {
      this.#told(event.case);
      this.#rankSoon();
    } else if (event.type === 'project') void this.#loadProject();
    else if (event.type === 'run') this.updateRun(event.run);
    else if (event.type === 'proposing') this.runs.value = { ...this.runs.value, proposes: event.proposes };
    else if (event.type === 'ranking') this.ranking.value = event.ranking;
    else if (event.type === 'runs') void this.#loadRuns().catch(() => undefined);
    else if (event.type === 'note') {
      const { page, cases } = event;
      const label = cases === undefined ? 'Review' : `Review ${cases.length === 1 ? 'it' : `these ${cases.length}`}`;
      notify(event.text, event.level, page && { label, act: () => goToReview(cases) });
    } else if (event.type === 'step') {
      const run = this.runs.value.runs.find(({ id }) => id === event.run);
      if (run !== undefined) this.updateRun({ ...run, progress: event.progress });
      if (event.run === this.#curvesOf) this.curves.value = appendStep(this.curves.value, event.progress);
    } else if (event.type === 'validation') {
      if (event.run === this.#curvesOf) this.curves.value = appendValidation(this.curves.value, event.step, event.dice);
    } else if (event.type === 'proposals') {
      const watched = new Map(this.watched.value);
      for (const id of event.cases) watched.set(id, event.step);
      this.watched.value = watched;
    }
  }
}
