import { PatchclError } from '../../core/errors.ts';
import type { FromWorker, JobName, ToWorker } from './protocol.ts';
import { WorkerDesk } from './worker-desk.ts';

/** Takes jobs from the process that started this one, until it is gone. */
export async function studioWorker(): Promise<void> {
  let desk: Promise<WorkerDesk> | undefined;
  process.on('message', async (message: ToWorker) => {
    if (message.type === 'open') {
      desk = WorkerDesk.open(message.folder);
      // Whoever asks for a job is told why the project cannot be opened.
      desk.catch(() => undefined);
      return;
    }
    send(await answer(desk as Promise<WorkerDesk>, message.name, message.given));
  });
  await new Promise((resolve) => process.once('disconnect', resolve));
  // Jobs under way are of no use to anybody now.
  process.exit(0);
}

async function answer(desk: Promise<WorkerDesk>, name: JobName, given: unknown): Promise<FromWorker> {
  try {
    return { type: 'done', gives: await (await desk).run(name, given) };
  } catch (error) {
    if (error instanceof PatchclError) return { type: 'failed', code: error.code, message: error.message };
    return { type: 'failed', code: 'bug', message: error instanceof Error ? String(error.stack) : String(error) };
  }
}

function send(message: FromWorker): void {
  process.send?.(message);
}
