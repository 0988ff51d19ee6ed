import { PatchclError } from '../core/errors.ts';
import { ALONE } from '../core/ranks.ts';
import { hasIgnored } from '../data/ignored.ts';
import type { StepShape } from '../methods/index.ts';
import { mapNamed } from '../nn/parameters.ts';
import { NetworkSession } from '../predict/network-session.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { cleanedClasses } from '../settings/plan.ts';
import { TimedRanks } from '../train/pace.ts';
import { PartOfBatch } from '../train/part-of-batch.ts';
import { RankCoordinator } from '../train/rank-coordinator.ts';
import type { NetworkDice } from '../train/selection.ts';
import { type NetworkName, type TrainingState, unetWeights } from '../train/state.ts';
import { Trainer } from '../train/trainer.ts';
import { presentClasses, validationDice } from '../train/validation.ts';
import { readChangedAgain } from './changed-data.ts';
import { loadCheckpoint } from './checkpoint.ts';
import { readClock, startClocks } from './clock.ts';
import { addFacts, networkOf } from './facts.ts';
import { type FinishOptions, finishRun } from './finish.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { folderRecorder, LOG_EVERY, NO_RECORDER } from './recorder.ts';
import { hasFile, runPath } from './run-folder.ts';
import { startFolder } from './start-folder.ts';
import type { TrainHost, TrainOptions } from './train-host.ts';

/**
 * Trains a run from its data to its model and report: reads, plans, trains, keeps what the trainer tells in the run's folder.
 *
 * @returns `stopped` when the person asked to; the run can then be resumed
 * @throws PatchclError for data, settings or folders that do not fit; nothing of an earlier run is touched then
 */
export async function trainRun(options: TrainOptions, host: TrainHost): Promise<'finished' | 'stopped'> {
  const { config: requested, run, resume } = options;
  const { files, runtime, reporter } = host;
  const clocks = startClocks(resume ? await readClock(files, run) : { elapsedSeconds: 0, cpuSeconds: 0 }, host);
  const from = resume ? await loadCheckpoint(files, run, resume === 'before' ? 'before' : 'checkpoint') : undefined;
  const prepared = await prepareRun(options, host);
  const toldChanges = prepared.watch.changes();
  const { method, config, facts, slices } = prepared;
  const ranks = host.ranks && new TimedRanks(host.ranks, host.now);
  const coordinator = new RankCoordinator(ranks, { logEvery: LOG_EVERY, note: (text) => reporter.note(text) });
  let recorder = NO_RECORDER;

  const trainer = new Trainer({
    ...{ method, config, slices, runtime, from, start: prepared.start },
    shape: stepShapeOf(prepared, ranks),
    host: {
      elapsed: clocks.elapsed,
      spent: requested.budget.clock === 'cpu' ? clocks.cpuSeconds : clocks.elapsed,
      ...(ranks && { ranks }),
      stopRequested: () => coordinator.stopRequested(host.stopRequested()),
      validate: validator(prepared, runtime, coordinator, ranks),
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
  });

  // Nothing is written before every rank has looked at the folder.
  await coordinator.begin();
  if (coordinator.leads) {
    if (!resume) await startFolder(files, run, requested, prepared);
    recorder = await folderRecorder(files, reporter, {
      run,
      scalarNames: trainer.scalarNames,
      clocks: { wall: host.wallClock, training: clocks.elapsed, cpu: clocks.cpuSeconds },
      ...(from && { resumedStep: from.progress.step }),
    });
    // From here on the run can be resumed, whatever happens.
    if (!resume) await recorder.checkpoint(() => trainer.checkpoint(), true);
    reporter.start(facts, config, from?.progress.step ?? 0);
  }
  const outcome = await trainer.run();
  if (coordinator.leads) await addFacts(files, run, { duration: clocks.elapsed() });
  if (outcome === 'finished' && coordinator.leads) {
    reporter.note('writing model and report');
    await readChangedAgain(prepared);
    const before = prepared.watch.changes();
    if (before !== undefined) await addFacts(files, run, { changes: before });
    await finished({ run, data: prepared.dataset }, host);
    const changes = prepared.watch.changes();
    if (changes !== undefined && changes !== before) await addFacts(files, run, { changes });
    if (changes !== undefined && changes !== toldChanges)
      reporter.note(`${changes}: the report is about what is there now`);
  }
  return outcome;
}

/** Data may have gone or changed since they were read: then the model is all there is. */
async function finished(place: FinishOptions, host: TrainHost): Promise<void> {
  try {
    await finishRun(place, host);
  } catch (error) {
    if (!(error instanceof PatchclError) || !(await hasFile(host.files, place.run, 'model'))) throw error;
    const problem = `the training is finished and ${runPath(place.run, 'model')} is written, but there is no report: ${error.problem}`;
    throw new PatchclError(error.code, problem, {
      ...(error.subject === undefined ? {} : { subject: error.subject }),
      hint: 'Put the data back and run the same command with --resume.',
      cause: error,
    });
  }
}

/** What is fixed for every step of a run, of one rank's part where there are several. */
function stepShapeOf({ config, facts, slices }: PreparedRun, ranks: TimedRanks | undefined): StepShape {
  const { labelled, unlabelled } = new PartOfBatch(config.batch, ranks ?? ALONE);
  const foreground = facts.classes.slice(1);
  const singleParts = foreground.every((_, i) => facts.plan?.singleParts?.inSlices.includes(i + 1));
  const network = networkOf(config, facts);
  const ignores = hasIgnored(slices.labelled);
  return { network, size: config.size, labelled, unlabelled, singleParts, ignores, ...(ranks && { place: ranks }) };
}

/** Measures both networks on the validation cases, which ranks share. */
function validator(
  { config, facts, validation }: PreparedRun,
  runtime: Runtime,
  coordinator: RankCoordinator,
  ranks: TimedRanks | undefined,
): (state: TrainingState) => Promise<NetworkDice> {
  const { preparation, classes, plan } = facts;
  const network = networkOf(config, facts);
  const cleaned = cleanedClasses(config, classes, plan?.singleParts?.inScans);
  // Of all ranks, so that these have means of the same classes.
  const measured = presentClasses(validation, classes.length);
  const options = { preparation, classes: classes.length, measured, cleaned };
  const ownCases = validation.filter((_, i) => ranks === undefined || i % ranks.count === ranks.index);
  const dice = async (state: TrainingState, name: NetworkName) => {
    const weights = mapNamed(unetWeights(state, name), ({ data }) => data);
    const session = await NetworkSession.load(runtime, network, config.size, weights);
    try {
      const own = await validationDice(session, ownCases, options);
      return await coordinator.mean(own, ownCases.length);
    } finally {
      await session.dispose();
    }
  };
  return async (state) => ({ student: await dice(state, 'student'), teacher: await dice(state, 'teacher') });
}
