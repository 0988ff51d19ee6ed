import { messageOf } from '../../core/errors.ts';
import { runtimeFor } from '../../node/device.ts';
import { holdingFolder } from '../../node/hold-folder.ts';
import { machine } from '../../node/machine.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { carryOut } from '../../studio/training/carry-out.ts';
import type { FromTrainer, ToTrainer } from '../../studio/training/messages.ts';

/** Milliseconds a training takes at most to write its checkpoint. */
const LONGEST_END = 60_000;

/** Trains what the process that started this one says; stops with a checkpoint when that is gone. */
export async function studioTrainer(): Promise<void> {
  let stop = false;
  process.on('disconnect', () => {
    stop = true;
  });
  // Ctrl-C in a terminal reaches this process too; the studio says what is to be done.
  process.on('SIGINT', () => undefined);
  const order = await new Promise<Extract<ToTrainer, { type: 'train' }>>((resolve) => {
    process.on('message', (message: ToTrainer) => {
      if (message.type === 'train') resolve(message);
      else stop = true;
    });
  });
  const { device, threads } = order.config;
  let told: Promise<void> = Promise.resolve();
  const work = () =>
    carryOut(
      order,
      async (reporter) => ({
        ...machine(),
        files: nodeFiles(),
        runtime: await runtimeFor({ device, threads }, reporter.note),
        reporter,
        stopRequested: () => stop,
      }),
      (message) => {
        told = tell(message);
      },
    );
  // A trainer of a studio that was killed may still be writing its checkpoint.
  const isWell = await holdingFolder(order.run, work, { patience: LONGEST_END }).catch((error: unknown) => {
    told = tell({ type: 'failed', message: messageOf(error) });
    return false;
  });
  await told;
  if (!isWell) process.exitCode = 1;
  if (process.connected) process.disconnect();
}

/** Resolves when the message has left; at once when nobody listens any more. */
function tell(message: FromTrainer): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}
