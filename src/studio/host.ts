import type { StudioEvent } from './api/index.ts';
import type { StudioFiles } from './studio-files.ts';

/** Another process, or a worker of a browser, that takes orders by messages of plain values. */
export interface Child {
  /** Number of the process, where there is one that may outlive this studio. */
  readonly pid?: number | undefined;
  send(message: unknown): void;
  onMessage(take: (message: unknown) => void): void;
  /** @param take is told once how it has ended, as `SIGKILL` or `status 1` */
  onExit(take: (how: string) => void): void;
  kill(): void;
  /** What it has complained about, for the log. */
  complaint(): string;
}

/** `worker` does jobs, `trainer` trains. */
export type StartChild = (kind: 'worker' | 'trainer') => Child;

/** What a studio needs of its surroundings: Node behind the server, the browser behind the page alone. */
export interface StudioHost {
  readonly files: StudioFiles;
  readonly start: StartChild;
  /**
   * Waits until a process that another studio has started has ended: one whose studio was killed writes its checkpoint first, and two must
   * not write to one run. Absent where none outlives its studio.
   */
  readonly ended?: (pid: number | undefined) => Promise<void>;
  /** Version of patchcl. */
  readonly version: string;
  log(text: string): void;
  emit(event: StudioEvent): void;
}
