import { PatchclError, traceOf } from '../../core/errors.ts';
import { wholeCheckpoint } from '../../runs/checkpoint.ts';
import type { TrainingReporter } from '../../runs/reporter.ts';
import type { TrainHost } from '../../runs/train-host.ts';
import { trainRun } from '../../runs/train-run.ts';
import { type FromTrainer, orNull, type ToTrainer } from './messages.ts';

/** Milliseconds between two steps that are told. */
const TELL_EVERY = 200;

type Tell = (message: FromTrainer) => void;

/** Trains as it is ordered, and tells how it goes and ends. @returns whether it went well */
export async function carryOut(
  { config, data, run, resume }: Extract<ToTrainer, { type: 'train' }>,
  hostOf: (reporter: TrainingReporter) => Promise<TrainHost>,
  tell: Tell,
): Promise<boolean> {
  try {
    const host = await hostOf(reporterTo(tell));
    const from = resume === true && (await wholeCheckpoint(host.files, run)) === 'before' ? 'before' : resume;
    if (from === 'before') tell({ type: 'note', text: 'the last checkpoint is damaged; the one before it is taken' });
    const outcome = await trainRun({ config, data, run, resume: from }, host);
    tell({ type: 'ended', outcome });
    return true;
  } catch (error) {
    const message = error instanceof PatchclError ? error.message : traceOf(error);
    tell({ type: 'failed', message });
    return false;
  }
}

function reporterTo(tell: Tell): TrainingReporter {
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    note: (text) => tell({ type: 'note', text }),
    start: ({ counts }) => tell({ type: 'started', validation: counts.validation?.images ?? 0 }),
    step: ({ step, totalSteps, phase, secondsLeft, images, seconds, scalars }) => {
      const now = performance.now();
      if (now - toldAt < TELL_EVERY && step !== totalSteps) return;
      toldAt = now;
      const rate = images / seconds;
      tell({
        type: 'step',
        step,
        totalSteps: orNull(totalSteps),
        phase,
        secondsLeft: orNull(secondsLeft),
        imagesPerSecond: Number.isFinite(rate) ? rate : 0,
        losses: Object.fromEntries(Object.entries(scalars).filter(([, value]) => Number.isFinite(value))),
      });
    },
    validation: ({ step, dice, network, isBest }) =>
      tell({
        type: 'validation',
        step,
        dice,
        network,
        isBest,
      }),
  };
}
