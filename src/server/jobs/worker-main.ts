import { nodeFiles } from '../../node/node-files.ts';
import { patchclVersion } from '../../node/versions.ts';
import { tunedNodeRuntime } from '../../runtime/node/runtime.ts';
import type { ToWorker } from '../../studio/jobs/protocol.ts';
import { serveJobs } from '../../studio/jobs/serve-jobs.ts';

/** Takes jobs from the process that started this one, until it is gone. */
export async function studioWorker(): Promise<void> {
  const host = { files: nodeFiles(), version: patchclVersion(), runtime: () => tunedNodeRuntime({ device: 'cpu' }) };
  const take = serveJobs(host, (message) => process.send?.(message));
  process.on('message', (message: ToWorker) => void take(message));
  // Ctrl-C in a terminal reaches this process too; it ends with the studio.
  process.on('SIGINT', () => undefined);
  await new Promise((resolve) => process.once('disconnect', resolve));
  // Jobs under way are of no use to anybody now.
  process.exit(0);
}
