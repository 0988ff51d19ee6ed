import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { holdFolder } from '../node/hold-folder.ts';
import { type Door, openDoor } from '../server/door.ts';
import { openNodeStudio } from '../server/node-studio.ts';
import type { PageFile } from '../server/page.ts';
import { type StudioServer, serveStudio } from '../server/serve.ts';
import type { StudioBackend, StudioOptions } from '../studio/backend.ts';
import { monaiDoor } from './monai-door.ts';
import { checkMonaiOptions, type MonaiLabelOptions } from './monai-options.ts';

/** What `startStudio` serves, and to whom. */
export interface StartStudioOptions {
  /** Folder of the scans; a project that was opened before knows it. */
  readonly data?: string;
  /** Folder for labels and runs. */
  readonly project: string;
  /** Default `127.0.0.1`, by which no other machine reaches it. */
  readonly host?: string;
  /** Default: one that is free. */
  readonly port?: number;
  /** With it, 3D Slicer and OHIF can use the studio too. */
  readonly monai?: MonaiLabelOptions;
  /** Told what goes wrong; default: nobody. */
  readonly log?: (text: string) => void;
}

/** A studio that is served. */
export interface RunningStudio {
  /** As `http://127.0.0.1:7411`. */
  readonly url: string;
  /** For `httpStudio` of `patchcl/studio-client`, and the password of 3D Slicer. */
  readonly token: string;
  /** Ends it; a training writes its checkpoint first. */
  close(): Promise<void>;
}

/**
 * Serves a project as `patchcl studio --no-page` does.
 *
 * @example
 * const studio = await startStudio({ data: 'scans', project: 'scans-studio', monai: {} });
 * console.log(`3D Slicer: server ${studio.url}, password ${studio.token}`);
 *
 * @throws PatchclError for folders that cannot be used, and for a port that is taken
 */
export async function startStudio(options: StartStudioOptions): Promise<RunningStudio> {
  const { data, project, host = '127.0.0.1', port = 0, monai, log = () => undefined } = options;
  if (monai !== undefined) checkMonaiOptions(monai, host);
  const folder = resolve(project);
  const release = await holdFolder(folder, { patience: 1000, mode: 0o700 });
  const door = await openDoor({ host, port }).catch((error) => {
    release();
    throw error;
  });
  const end = async () => {
    await door.close();
    release();
  };
  try {
    const place = { folder, ...(data !== undefined && { data }) };
    const { studio, server, token } = await openServed(place, door, { log, page: new Map(), ...(monai && { monai }) });
    void studio.readAll();
    return {
      url: server.url,
      token,
      async close() {
        await server.close();
        await studio.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Opens a project and serves it. @param page its files by address. @throws PatchclError for folders that cannot be used */
export async function openServed(
  place: StudioOptions,
  door: Door,
  options: {
    readonly page: ReadonlyMap<string, PageFile>;
    readonly monai?: MonaiLabelOptions;
    readonly log: (text: string) => void;
    /** Bytes that a process which reads or segments a scan may have. */
    readonly memory?: number;
  },
): Promise<{ readonly studio: StudioBackend; readonly server: StudioServer; readonly token: string }> {
  const { page, monai, log, memory } = options;
  const { studio, events } = await openNodeStudio(place, log, memory);
  const token = randomBytes(24).toString('base64url');
  const { hosts, port } = door;
  const other = monai && {
    other: monaiDoor(studio, {
      hosts,
      port,
      token,
      isOpen: monai.open === true,
      origins: monai.origins ?? [],
      slices: monai.slices ?? 'all',
    }),
  };
  return { studio, token, server: serveStudio(studio, door, { token, page, events, ...other }) };
}
