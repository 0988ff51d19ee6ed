import { runtimeFor } from '../../cli/device.ts';
import { nodeFiles } from '../../cli/node-files.ts';
import { trainHost } from '../../cli/train-host.ts';
import { PatchclError } from '../../core/errors.ts';
import type { TrainingReporter } from '../../train/reporter.ts';
import { trainRun } from '../../train/run.ts';
import { type FromTrainer, orNull, type ToTrainer } from './messages.ts';

/** Milliseconds between two steps that are told. */
const TELL_EVERY = 200;

/** Trains what the process that started this one says; stops with a checkpoint when that is gone. */
export async function studioTrainer(): Promise<void> {
  let stop = false;
  process.on('disconnect', () => {
    stop = true;
  });
  const order = await new Promise<Extract<ToTrainer, { type: 'train' }>>((resolve) => {
    process.on('message', (message: ToTrainer) => {
      if (message.type === 'train') resolve(message);
      else stop = true;
    });
  });
  const { config, data, run, resume } = order;
  try {
    const { device, threads } = config;
    const host = trainHost(nodeFiles(), await runtimeFor({ device, threads }), teller(), () => stop);
    const outcome = await trainRun({ config, data, run, resume }, host);
    await tell({ type: 'ended', outcome });
  } catch (error) {
    const message =
      error instanceof PatchclError ? error.message : String(error instanceof Error ? error.stack : error);
    await tell({ type: 'failed', message });
    process.exitCode = 1;
  }
  if (process.connected) process.disconnect();
}

function teller(): TrainingReporter {
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    note: (text) => void tell({ type: 'note', text }),
    start: ({ counts }) => void tell({ type: 'started', validation: counts.validation?.images ?? 0 }),
    step: ({ step, totalSteps, phase, secondsLeft, images, seconds, scalars }) => {
      const now = performance.now();
      if (now - toldAt < TELL_EVERY && step !== totalSteps) return;
      toldAt = now;
      const rate = images / seconds;
      void tell({
        type: 'step',
        step,
        totalSteps: orNull(totalSteps),
        phase,
        secondsLeft: orNull(secondsLeft),
        imagesPerSecond: Number.isFinite(rate) ? rate : 0,
        losses: Object.fromEntries(Object.entries(scalars).filter(([, value]) => Number.isFinite(value))),
      });
    },
    validation: ({ step, dice, isBest }) =>
      void tell({
        type: 'validation',
        step,
        dice: { student: orNull(dice.student), teacher: orNull(dice.teacher) },
        isBest,
      }),
  };
}

/** Resolves when the message has left; at once when nobody listens any more. */
function tell(message: FromTrainer): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
