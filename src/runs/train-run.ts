import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { ALONE, type Ranks } from '../core/ranks.ts';
import { channelsOf } from '../data/batch.ts';
import { resolveClasses } from '../data/classes.ts';
import type { Case, Dataset, Split } from '../data/dataset.ts';
import { openDataset } from '../data/layouts/open.ts';
import { fromManifest, parseManifest, toManifest } from '../data/manifest.ts';
import { DataNotes } from '../data/notes.ts';
import { patientLines } from '../data/patients.ts';
import type { Preparation } from '../data/preparation.ts';
import { prepareCases } from '../data/prepare.ts';
import { splitDataset } from '../data/split.ts';
import { methodNamed } from '../methods/index.ts';
import { mapNamed } from '../nn/parameters.ts';
import { NetworkSession } from '../predict/network-session.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Config, RequestedConfig } from '../settings/config.ts';
import { configYaml } from '../settings/load-config.ts';
import { cleanedClasses, plannedConfig, planRun } from '../settings/plan.ts';
import type { TrainingSlices } from '../train/feeds.ts';
import { TimedRanks } from '../train/pace.ts';
import { PartOfBatch } from '../train/part-of-batch.ts';
import { RankCoordinator } from '../train/rank-coordinator.ts';
import { type NetworkName, type TrainingState, unetWeights } from '../train/state.ts';
import { Trainer } from '../train/trainer.ts';
import { prepareValidation, validationDice } from '../train/validation.ts';
import { loadCheckpoint } from './checkpoint.ts';
import { readClock } from './clock.ts';
import { loadFacts, networkOf, type RunFacts, saveFacts } from './facts.ts';
import { finishRun } from './finish.ts';
import { folderRecorder, LOG_EVERY, NO_RECORDER } from './recorder.ts';
import type { TrainingReporter } from './reporter.ts';
import { hasFile, runPath } from './run-folder.ts';

export interface TrainOptions {
  /** Of a new run; a resumed one needs the settings it was started with. */
  readonly config: RequestedConfig;
  /** Folder of the data set. */
  readonly data: string;
  /** Folder of the run. */
  readonly run: string;
  /** Continue the run's last checkpoint. */
  readonly resume: boolean;
}

/** What training needs of its surroundings. */
export interface TrainHost {
  readonly files: Files;
  readonly runtime: Runtime;
  readonly reporter: TrainingReporter;
  /** Program versions, for the record. */
  readonly versions: Readonly<Record<string, string>>;
  /** Seconds on a clock that never goes back. */
  now(): number;
  /** Seconds that processors have computed for this process, all threads together. */
  cpuSeconds(): number;
  /** Seconds since the Unix epoch, for the logs. */
  wallClock(): number;
  stopRequested(): boolean;
  /** The processes that train together; every one of them calls {@link trainRun}, the first one writes. Default: alone. */
  readonly ranks?: Ranks;
}

const CONCURRENCY = 4;

/**
 * Trains a run from its data to `best.safetensors`: the weights of the network and step with the best validation Dice.
 *
 * @returns `stopped` when the person asked to; the run can then be resumed
 * @throws PatchclError for data, settings or folders that do not fit; nothing of an earlier run is touched then
 */
export async function trainRun(options: TrainOptions, host: TrainHost): Promise<'finished' | 'stopped'> {
  const { config: requested, data, run, resume } = options;
  const { files, runtime, reporter } = host;
  const [started, startedCpu] = [host.now(), host.cpuSeconds()];
  const from = resume ? await loadCheckpoint(files, runPath(run, 'checkpoint')) : undefined;
  const earlier = resume ? await readClock(files, run) : { elapsedSeconds: 0, cpuSeconds: 0 };
  const elapsed = () => earlier.elapsedSeconds + host.now() - started;
  const cpuSeconds = () => earlier.cpuSeconds + host.cpuSeconds() - startedCpu;

  reporter.note(`reading ${data}`);
  const notes = new DataNotes();
  const opening = resume ? {} : { patients: requested.data.patients };
  const dataset = notes.watching(await openDataset(files, data, opening));
  const { split, classes } = resume ? await savedSplit(files, run, dataset) : await newSplit(dataset, requested);
  if (!resume) for (const line of patientLines(dataset)) reporter.note(line);
  const { preparation, plan } = resume ? await loadFacts(files, run) : await newPlan(dataset, split, requested);
  const config = plannedConfig(requested, plan);
  const prepared = await prepareAll(split, classes, config, preparation);
  for (const line of notes.lines()) reporter.note(line);
  const facts: RunFacts = {
    version: 1,
    versions: { ...host.versions },
    device: runtime.description,
    data,
    channels: prepared.channels,
    classes: [...classes],
    preparation,
    ...(plan === undefined ? {} : { plan }),
    counts: countParts(split, prepared.slices),
  };
  const network = networkOf(config, facts);
  const cleaned = cleanedClasses(config, classes, plan?.singleParts?.inScans);
  const ranks = host.ranks && new TimedRanks(host.ranks, host.now);
  const coordinator = new RankCoordinator(ranks, { logEvery: LOG_EVERY, note: (text) => reporter.note(text) });
  const { labelled, unlabelled } = new PartOfBatch(config.batch, ranks ?? ALONE);
  const singleParts = classes.slice(1).every((_, i) => plan?.singleParts?.inSlices.includes(i + 1));
  const shape = { network, size: config.size, labelled, unlabelled, singleParts, ...(ranks && { place: ranks }) };
  const weightsOf = (state: TrainingState, name: NetworkName) =>
    mapNamed(unetWeights(state, name), ({ data: values }) => values);
  const ownCases = prepared.validation.filter((_, i) => ranks === undefined || i % ranks.count === ranks.index);
  let recorder = NO_RECORDER;

  const trainer = new Trainer(
    config,
    shape,
    prepared.slices,
    runtime,
    {
      elapsed,
      spent: requested.budget.clock === 'cpu' ? cpuSeconds : elapsed,
      ...(ranks && { ranks }),
      stopRequested: () => coordinator.stopRequested(host.stopRequested()),
      async validate(state) {
        const dice = async (name: NetworkName) => {
          const session = await NetworkSession.load(runtime, network, config.size, weightsOf(state, name));
          try {
            const own = await validationDice(session, ownCases, preparation, classes.length, cleaned);
            return await coordinator.mean(own, ownCases.length);
          } finally {
            await session.dispose();
          }
        };
        return { student: await dice('student'), teacher: await dice('teacher') };
      },
      async onStep(report) {
        coordinator.step(report);
        await recorder.step(report);
      },
      async onValidation(report, state) {
        coordinator.validation();
        await recorder.validation(report, state);
      },
      onCheckpoint: (checkpoint, must) => recorder.checkpoint(checkpoint, must),
    },
    from,
  );

  // Nothing is written before every rank has looked at the folder.
  await coordinator.begin();
  if (coordinator.leads) {
    if (!resume) await startFolder(files, run, requested, facts, dataset, split);
    recorder = await folderRecorder(files, reporter, {
      run,
      scalarNames: trainer.scalarNames,
      clocks: { wall: host.wallClock, training: elapsed, cpu: cpuSeconds },
      ...(from && { resumedStep: from.progress.step }),
    });
    // From here on the run can be resumed, whatever happens.
    if (!resume) await recorder.checkpoint(() => trainer.checkpoint(), true);
    reporter.start(facts, config, from?.progress.step ?? 0);
  }
  const outcome = await trainer.run();
  if (outcome === 'finished' && coordinator.leads) {
    reporter.note('writing model and report');
    await finishRun({ run, data }, host);
  }
  return outcome;
}

async function newSplit(dataset: Dataset, config: RequestedConfig) {
  const split = splitDataset(dataset, {
    ...(config.labelled === undefined ? {} : { labelled: config.labelled }),
    valFraction: config.data.valFraction,
    testFraction: config.data.testFraction,
    seed: config.seed,
  });
  return { split, classes: await resolveClasses(dataset, split.labelled) };
}

async function savedSplit(files: Files, run: string, dataset: Dataset) {
  const path = runPath(run, 'split');
  const manifest = parseManifest(new TextDecoder().decode(await files.read(path)), path);
  return { split: fromManifest(dataset, manifest), classes: manifest.classes };
}

async function newPlan(dataset: Dataset, split: Split, requested: RequestedConfig) {
  const { preparation, widths, singleParts, reasons } = await planRun(dataset, split, requested);
  const parts = { inScans: [...singleParts.inScans], inSlices: [...singleParts.inSlices] };
  const plan = { size: preparation.size, widths: [...widths], singleParts: parts, reasons: { ...reasons } };
  return { preparation, plan };
}

/** Reads everything a run trains on, and everything it validates on. */
async function prepareAll(split: Split, classes: readonly string[], config: Config, preparation: Preparation) {
  const options = { classes: classes.length, concurrency: CONCURRENCY };
  const annotated = await prepareCases(split.labelled, preparation, options);
  const channels = annotated[0] === undefined ? 0 : channelsOf(annotated[0], config.size);
  const labelled = annotated.filter(({ label }) => label !== undefined);
  // Methods that use labels only are spared the reading of what they do not use.
  const usesUnlabelled = methodNamed(config.method)
    .phases(config)
    .some((phase) => phase.usesUnlabelled);
  const unlabelled = usesUnlabelled
    ? [
        // Cases may be annotated on some of their slices.
        ...annotated.filter(({ label }) => label === undefined),
        ...(await prepareCases(split.unlabelled, preparation, { ...options, channels })),
      ]
    : [];
  const validation = await prepareValidation(split.val, preparation, classes.length, channels);
  const slices: TrainingSlices = { labelled, unlabelled };
  return { channels, slices, validation };
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

async function startFolder(
  files: Files,
  run: string,
  config: RequestedConfig,
  facts: RunFacts,
  dataset: Dataset,
  split: Split,
) {
  if (await hasFile(files, run, 'checkpoint')) {
    throw new PatchclError('bad-usage', 'this folder already holds a run', {
      subject: run,
      hint: 'Continue it with --resume, or choose another folder with --out.',
    });
  }
  await files.write(runPath(run, 'config'), configYaml(config));
  await files.write(runPath(run, 'split'), `${JSON.stringify(toManifest(dataset, split, facts.classes), null, 2)}\n`);
  await saveFacts(files, run, facts);
}
