import { PatchclError, traceOf } from '../../core/errors.ts';
import type { FromWorker, JobName, ToWorker } from './protocol.ts';
import { type DeskHost, WorkerDesk } from './worker-desk.ts';

/** Takes what a worker is told, and sends the answers. */
export function serveJobs(host: DeskHost, send: (message: FromWorker) => void): (message: ToWorker) => Promise<void> {
  let desk: Promise<WorkerDesk> | undefined;
  return async (message) => {
    if (message.type === 'open') {
      desk = WorkerDesk.open(host, message.folder);
      // Whoever asks for a job is told why the project cannot be opened.
      desk.catch(() => undefined);
      return;
    }
    send(await answer(desk as Promise<WorkerDesk>, message.name, message.given));
  };
}

async function answer(desk: Promise<WorkerDesk>, name: JobName, given: unknown): Promise<FromWorker> {
  try {
    return { type: 'done', gives: await (await desk).run(name, given) };
  } catch (error) {
    if (error instanceof PatchclError) return { type: 'failed', code: error.code, message: error.message };
    return { type: 'failed', code: 'bug', message: traceOf(error) };
  }
}
