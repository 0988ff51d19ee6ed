import { resolve } from 'node:path';
import { nodeFiles } from '../node/node-files.ts';
import { patchclVersion } from '../node/versions.ts';
import { openStudioBackend, type StudioBackend, type StudioOptions } from '../studio/backend.ts';
import { EventHub } from './http/event-hub.ts';
import { processEnded, startSelf } from './jobs/fork.ts';
import { nodeStudioFiles } from './node-studio-files.ts';
import { checkScansFolder } from './scans-folder.ts';

/**
 * Opens a project on this machine; its work is done by processes of this program.
 *
 * @param memory bytes that a worker may have
 * @throws PatchclError as `openStudioBackend`, and for the scans of another project
 */
export async function openNodeStudio(
  { data, folder }: StudioOptions,
  log: (text: string) => void,
  memory?: number,
): Promise<{ readonly studio: StudioBackend; readonly events: EventHub }> {
  const files = nodeStudioFiles(nodeFiles());
  // Kept in the project, which may be opened from elsewhere.
  const options = { folder, ...(data !== undefined && { data: resolve(data) }) };
  await checkScansFolder(files, options, log);
  const events = new EventHub();
  const studio = await openStudioBackend(options, {
    files,
    start: startSelf(memory),
    ended: processEnded,
    version: patchclVersion(),
    log,
    emit: (event) => events.emit(event),
  });
  return { studio, events };
}
