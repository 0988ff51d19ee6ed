import type { Files } from '../core/files.ts';
import { channelsOf } from '../data/batch.ts';
import { type ClassScheme, schemeOf, storedScheme } from '../data/classes.ts';
import { DataWatch } from '../data/data-watch.ts';
import type { Case, Dataset, Split } from '../data/dataset.ts';
import { FileWatch } from '../data/file-watch.ts';
import { fromManifest } from '../data/manifest.ts';
import { DataNotes } from '../data/notes.ts';
import { patientLines } from '../data/patients.ts';
import { splitNotes } from '../data/split.ts';
import { type Method, methodNamed } from '../methods/index.ts';
import type { Config, RequestedConfig } from '../settings/config.ts';
import { plannedConfig, planRun } from '../settings/plan.ts';
import { type UnlabelledUse, unlabelledUse, withLabelsAlone } from '../settings/unlabelled-use.ts';
import type { TrainingSlices } from '../train/feeds.ts';
import { prepareValidation, presentClasses, type ValidationCase } from '../train/validation.ts';
import { readDataChecksums } from './checksums.ts';
import { classNotes } from './class-notes.ts';
import type { RunFacts } from './facts.ts';
import { datasetOf, openRun } from './open-run.ts';
import type { TrainHost, TrainOptions } from './train-host.ts';
import { trainingSlices } from './training-slices.ts';
import { openWarmStart, splitAfter, type WarmStart, warmStartNote } from './warm-start.ts';

/** Cases read at once. */
const CONCURRENCY = 4;

/** Everything a run is made of before its first step: decided, and read. */
export interface PreparedRun {
  readonly method: Method;
  readonly config: Config;
  readonly dataset: Dataset;
  readonly split: Split;
  readonly facts: RunFacts;
  readonly slices: TrainingSlices;
  readonly validation: readonly ValidationCase[];
  /** Of a new run, the network that it starts from. */
  readonly start?: WarmStart | undefined;
  /** Knows whether what `dataset` gives has changed. */
  readonly watch: DataWatch;
  /** Knows which files `dataset` was read from, and whether these were written since. */
  readonly fileWatch: FileWatch;
}

/**
 * Splits and plans a new run, or finds both in the folder of one that is resumed, and reads what it trains and validates on.
 *
 * @throws PatchclError for data and settings that do not fit
 */
export async function prepareRun(
  options: TrainOptions,
  { files, runtime, reporter, versions, command, wallClock }: TrainHost,
): Promise<PreparedRun> {
  const { config: requested, data, dataName, run, resume, method: asked = methodNamed(requested.method) } = options;
  const start = resume || options.startFrom === undefined ? undefined : await openWarmStart(files, options.startFrom);
  const name = dataName ?? (typeof data === 'string' ? data : data.root);
  reporter.note(`reading ${name}`);
  const notes = new DataNotes();
  const opening = resume ? {} : { patients: requested.data.patients };
  const watch = new DataWatch(resume ? await readDataChecksums(files, run) : {});
  const fileWatch = new FileWatch(files);
  const dataset = notes.watching(watch.watching(await datasetOf(fileWatch.files, data, opening)));
  const parts = resume ? await savedParts(files, run, dataset) : await newParts(dataset, requested, start);
  const { split, scheme, preparation, plan } = parts;
  const { classes } = scheme;
  const config = plannedConfig(requested, plan);
  const reading = { classes: classes.length, concurrency: CONCURRENCY };
  const unlabelled = plan?.labelsAlone !== true && asked.phases(config).some((phase) => phase.usesUnlabelled);
  const read = await trainingSlices(split, preparation, { ...reading, unlabelled });
  const counts = { labelled: read.labelled.length, unlabelled: read.unlabelled.length };
  // A run that has begun goes on as it began; those of earlier versions let unlabelled images take part.
  const use: UnlabelledUse = resume ? { takePart: unlabelled } : unlabelledUse(asked, requested, counts);
  const labelsAlone = !use.takePart && (unlabelled || plan?.labelsAlone === true);
  const method = labelsAlone ? withLabelsAlone(asked) : asked;
  const slices = labelsAlone ? { ...read, unlabelled: [] } : read;
  const [first] = [...slices.labelled, ...slices.unlabelled];
  const channels = first === undefined ? 0 : channelsOf(first, config.size);
  const validation = await prepareValidation(split.val, preparation, classes.length, channels);
  const measured = presentClasses(validation, classes.length);
  const found = classNotes(scheme, slices.labelled, validation.length > 0 && measured);
  const patients = resume ? [] : patientLines(dataset);
  const used = use.note === undefined ? [] : [use.note];
  const started = start === undefined ? [] : [warmStartNote(start)];
  const changes = watch.changes();
  const changed = changes === undefined ? [] : [`${changes}: the run goes on with what is there now`];
  for (const line of [...patients, ...started, ...changed, ...notes.lines(), ...found, ...splitNotes(split), ...used])
    reporter.note(line);
  const facts: RunFacts = {
    version: 1,
    versions: { ...versions },
    device: runtime.description,
    date: new Date(wallClock() * 1000).toISOString(),
    ...(command !== undefined && { command }),
    data: name,
    ...(typeof data !== 'string' && { handedOver: true as const }),
    ...(start !== undefined && {
      start: { run: files.absolute(start.run), step: start.step, network: start.network },
    }),
    channels,
    ...storedScheme(scheme),
    preparation,
    ...(plan === undefined ? {} : { plan: { ...plan, ...(labelsAlone && { labelsAlone }) } }),
    counts: countParts(split, read),
  };
  return { method, config, dataset, split, facts, slices, validation, start, watch, fileWatch };
}

/** What is decided once for a run. */
type Parts = Pick<RunFacts, 'preparation' | 'plan'> & { readonly split: Split; readonly scheme: ClassScheme };

async function newParts(dataset: Dataset, requested: RequestedConfig, start?: WarmStart): Promise<Parts> {
  const { split, scheme } = await splitAfter(start, dataset, requested);
  const { preparation, widths, singleParts, turned, reasons } = await planRun(dataset, split, requested);
  const single = { inScans: [...singleParts.inScans], inSlices: [...singleParts.inSlices] };
  const plan = { size: preparation.size, widths: [...widths], singleParts: single, turned, reasons: { ...reasons } };
  return { split, scheme, preparation, plan };
}

async function savedParts(files: Files, folder: string, dataset: Dataset): Promise<Parts> {
  const run = openRun(files, folder);
  const manifest = await run.manifest();
  const { preparation, plan } = await run.facts();
  return { split: fromManifest(dataset, manifest), scheme: schemeOf(manifest), preparation, ...(plan && { plan }) };
}

function countParts(split: Split, slices: TrainingSlices): RunFacts['counts'] {
  const patients = (cases: readonly Case[]) => new Set(cases.map(({ patient }) => patient)).size;
  return {
    labelled: { patients: patients(split.labelled), images: slices.labelled.length },
    unlabelled: { patients: patients(split.unlabelled), images: slices.unlabelled.length },
    validation: { patients: patients(split.val), images: split.val.length },
    test: { patients: patients(split.test), images: split.test.length },
  };
}
