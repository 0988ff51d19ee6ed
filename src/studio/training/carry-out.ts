import { PatchclError, traceOf } from '../../core/errors.ts';
import { wholeCheckpoint } from '../../runs/checkpoint.ts';
import { eventReporter } from '../../runs/events.ts';
import type { TrainingReporter } from '../../runs/reporter.ts';
import type { TrainHost } from '../../runs/train-host.ts';
import { trainRun } from '../../runs/train-run.ts';
import type { FromTrainer, ToTrainer } from './messages.ts';

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

/** Tells the events of a training, steps only now and then. */
function reporterTo(tell: Tell): TrainingReporter {
  let toldAt = Number.NEGATIVE_INFINITY;
  return eventReporter((event) => {
    if (event.type === 'step') {
      const now = performance.now();
      if (now - toldAt < TELL_EVERY && event.step !== event.totalSteps) return;
      toldAt = now;
    }
    tell(event);
  });
}
