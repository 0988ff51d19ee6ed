import { PatchclError, traceOf } from '../../core/errors.ts';
import { type JobHost, JobRunner } from './job-runner.ts';
import type { FromWorker, JobName, ToWorker } from './protocol.ts';

/** Takes what a worker is told, and sends the answers. */
export function serveJobs(host: JobHost, send: (message: FromWorker) => void): (message: ToWorker) => Promise<void> {
  let runner: Promise<JobRunner> | undefined;
  return async (message) => {
    if (message.type === 'open') {
      runner = JobRunner.open(host, message.folder);
      // Whoever asks for a job is told why the project cannot be opened.
      runner.catch(() => undefined);
      return;
    }
    send(await answer(runner as Promise<JobRunner>, message.name, message.given));
  };
}

async function answer(runner: Promise<JobRunner>, name: JobName, given: unknown): Promise<FromWorker> {
  try {
    return { type: 'done', gives: await (await runner).run(name, given) };
  } catch (error) {
    if (error instanceof PatchclError) return { type: 'failed', code: error.code, message: error.message };
    return { type: 'failed', code: 'bug', message: traceOf(error) };
  }
}
