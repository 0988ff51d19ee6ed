import { join } from 'node:path';
import { httpStudio, type StudioClient } from '../../studio/api/index.ts';
import { openDoor } from '../door.ts';
import { openNodeStudio } from '../node-studio.ts';
import { serveStudio } from '../serve.ts';

/** A studio within this process, asked over HTTP, without the page. */
export interface ServedStudio {
  readonly studio: StudioClient;
  /** Waits until every scan has been read. */
  readAll(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the scans in `folder/scans` with the project `folder/project`. */
export async function serveScans(folder: string): Promise<ServedStudio> {
  const place = { data: join(folder, 'scans'), folder: join(folder, 'project') };
  const { studio, events } = await openNodeStudio(place, () => undefined);
  const door = await openDoor({ port: 0 });
  const server = serveStudio(studio, door, { token: 'token', page: new Map(), events });
  return {
    studio: httpStudio(server.url, 'token'),
    readAll: () => studio.readAll(),
    async close() {
      await server.close();
      await studio.close();
    },
  };
}
