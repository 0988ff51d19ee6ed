import { runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { trainHost } from '../../node/train-host.ts';
import { carryOut } from '../../studio/training/carry-out.ts';
import type { FromTrainer, ToTrainer } from '../../studio/training/messages.ts';

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
  const isWell = await carryOut(
    order,
    async (reporter) => trainHost(nodeFiles(), await runtimeFor({ device, threads }), reporter, () => stop),
    (message) => {
      told = tell(message);
    },
  );
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
