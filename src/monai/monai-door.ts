import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../server/door.ts';
import { sendContent, sendJson } from '../server/http/answer.ts';
import type { OtherDoor } from '../server/serve.ts';
import type { StudioBackend } from '../studio/backend.ts';
import { bodiesOf } from './asked.ts';
import { contextOf, type MonaiContext } from './context.ts';
import { admitOrigin, type CallerOptions, callerOf } from './http/callers.ts';
import { PATIENCE, type Patience } from './http/read-body.ts';
import { isMonaiPath, monaiRouteOf } from './routes.ts';

export interface MonaiDoorOptions extends CallerOptions {
  /** Which slices of a label that has come are labelled: all, as MONAI Label means it, or those that hold something. */
  readonly slices?: MonaiContext['slices'];
  /** How long senders are waited for. */
  readonly patience?: Patience;
}

/**
 * A studio as 3D Slicer, OHIF and the client of MONAI Label see it: the same scans, labels, models and trainings as on its page.
 *
 * @see https://docs.monai.io/projects/label
 */
export function monaiDoor(studio: StudioBackend, options: MonaiDoorOptions): OtherDoor {
  const { slices = 'all', patience = PATIENCE, ...callers } = options;
  const context = contextOf(studio, { callers, slices });
  return {
    owns: isMonaiPath,
    async serve(request: IncomingMessage, response: ServerResponse, { pathname, searchParams: query }: URL) {
      if (admitOrigin(request, response, callers)) return;
      const { endpoint, ids, isPublic } = monaiRouteOf(request.method ?? '', pathname);
      const who = isPublic ? undefined : callerOf(request, callers);
      const isLocal = isLoopback(request.socket.remoteAddress ?? '');
      const bodies = bodiesOf(request, studio.withTemporary, patience);
      const answer = await endpoint(context, { ids, query, who, isLocal, ...bodies });
      if ('json' in answer) sendJson(response, answer.json);
      else await sendContent(response, answer);
    },
  };
}
