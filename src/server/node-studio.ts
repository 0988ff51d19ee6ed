import { nodeFiles } from '../cli/node-files.ts';
import { patchclVersion } from '../cli/versions.ts';
import { openStudio, type Studio, type StudioOptions } from '../studio/studio.ts';
import { EventHub } from './http/event-hub.ts';
import { forkSelf, processEnded } from './jobs/fork.ts';
import { nodeStudioFiles } from './node-studio-files.ts';

/** Opens a project on this machine; its work is done by processes of this program. @throws PatchclError as `openStudio` */
export async function openNodeStudio(
  options: StudioOptions,
  log: (text: string) => void,
): Promise<{ readonly studio: Studio; readonly events: EventHub }> {
  const events = new EventHub();
  const studio = await openStudio(options, {
    files: nodeStudioFiles(nodeFiles()),
    start: forkSelf,
    ended: processEnded,
    version: patchclVersion(),
    log,
    emit: (event) => events.emit(event),
  });
  return { studio, events };
}
