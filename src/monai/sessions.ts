import { joinPath } from '../core/files.ts';
import type { StudioBackend } from '../studio/backend.ts';
import { Refusal } from '../studio/refusal.ts';
import { plainName } from './http/answer.ts';
import type { PartFile } from './http/multipart.ts';

/** Scans that are kept at once; the one used longest ago goes first. */
const MOST_SESSIONS = 16;

/** Seconds after which a scan that nobody asks for goes. */
const EXPIRY = 3600;

/** As MONAI Label tells it; times are seconds since 1970. */
export interface SessionInfo {
  readonly name: string;
  readonly path: string;
  /** Name of the file, of several the first. */
  readonly image: string;
  readonly meta: Readonly<Record<string, never>>;
  readonly create_ts: number;
  readonly last_access_ts: number;
  readonly expiry: number;
}

/** Scans that a program has sent to have them segmented, and that are no part of the project. */
export class Sessions {
  readonly #files: StudioBackend['host']['files'];
  readonly #folder: string;
  readonly #sessions = new Map<string, SessionInfo>();
  /** What an earlier process has left there. */
  readonly #cleared: Promise<void>;

  constructor({ project, host }: Pick<StudioBackend, 'project' | 'host'>) {
    this.#files = host.files;
    this.#folder = joinPath(project.folder, 'cache', 'sessions');
    this.#cleared = this.#files.remove(this.#folder);
    this.#cleared.catch(() => undefined);
  }

  /** @param expiry seconds; 0: an hour */
  async add(parts: readonly PartFile[], expiry: number): Promise<{ id: string; info: SessionInfo }> {
    await this.#cleared;
    await this.#dropOld();
    const id = crypto.randomUUID();
    for (const [i, { name, path }] of parts.entries()) {
      // Names of several files may be alike; their ends say what they are.
      const own = parts.length === 1 ? plainName(name) : `${i}-${plainName(name)}`;
      await this.#files.move(path, joinPath(this.folder(id), own));
    }
    const now = seconds();
    const image = plainName(parts[0]?.name ?? '');
    const times = { create_ts: now, last_access_ts: now, expiry: expiry > 0 ? expiry : EXPIRY };
    const info: SessionInfo = { name: image, path: '', image, meta: {}, ...times };
    this.#sessions.set(id, info);
    return { id, info };
  }

  /** The folder of its files. */
  folder(id: string): string {
    return joinPath(this.#folder, id);
  }

  /** @throws Refusal 404 */
  get(id: string): SessionInfo {
    const found = this.#sessions.get(id);
    if (found === undefined || isOver(found)) throw new Refusal(404, 'there is no such session', { subject: id });
    const used = { ...found, last_access_ts: seconds() };
    // Last used, last in line to go.
    this.#sessions.delete(id);
    this.#sessions.set(id, used);
    return used;
  }

  /** @throws Refusal 404 */
  async remove(id: string): Promise<SessionInfo> {
    const info = this.get(id);
    await this.#forget(id);
    return info;
  }

  async #dropOld(): Promise<void> {
    for (const [id, info] of this.#sessions) {
      if (isOver(info) || this.#sessions.size >= MOST_SESSIONS) await this.#forget(id);
    }
  }

  async #forget(id: string): Promise<void> {
    this.#sessions.delete(id);
    await this.#files.remove(this.folder(id));
  }
}

const seconds = () => Math.floor(Date.now() / 1000);

const isOver = ({ last_access_ts: last, expiry }: SessionInfo) => last + expiry < seconds();
