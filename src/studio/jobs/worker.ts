import { type ErrorCode, PatchclError } from '../../core/errors.ts';
import type { Child, StartChild } from '../host.ts';
import type { FromWorker, JobName, Jobs, ToWorker } from './protocol.ts';

/**
 * Milliseconds after which a job is given up that has not ended: a decoder that runs away, or a model that loops, costs itself. Of
 * those that take as long as there is data there is none.
 */
const LONGEST: Readonly<Partial<Record<JobName, number>>> = {
  read: 600_000,
  volume: 600_000,
  preview: 600_000,
  importMask: 600_000,
  exportMask: 600_000,
  adopt: 300_000,
  propose: 1_800_000,
};

interface Waiting {
  readonly message: ToWorker;
  readonly subject: string;
  resolve(gives: unknown): void;
  reject(error: unknown): void;
}

/**
 * A process that does jobs one after the other, those that a person waits for first. It is started with the first job, and
 * again after it has died; the job it died of fails.
 */
export class Worker {
  readonly #folder: string;
  readonly #startChild: StartChild;
  readonly #now: Waiting[] = [];
  readonly #later: Waiting[] = [];
  #child: Child | undefined;
  #running: Waiting | undefined;
  #closed = false;
  #alarm: ReturnType<typeof setTimeout> | undefined;
  /** Why the job that runs is being killed. */
  #givenUp: string | undefined;

  /** @param folder of the project */
  constructor(folder: string, start: StartChild) {
    this.#folder = folder;
    this.#startChild = start;
  }

  /**
   * @param later nobody waits for it: jobs of people go first
   * @throws PatchclError what the job throws, or that its process has died of it; `Dropped` once the worker is closed
   */
  run<Name extends JobName>(
    name: Name,
    given: Jobs[Name]['given'],
    { later = false, subject = name }: { later?: boolean; subject?: string } = {},
  ): Promise<Jobs[Name]['gives']> {
    if (this.#closed) return Promise.reject(new Dropped());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        message: { type: 'job', name, given },
        subject,
        resolve: (gives) => resolve(gives as Jobs[Name]['gives']),
        reject,
      };
      (later ? this.#later : this.#now).push(waiting);
      this.#next();
    });
  }

  /** Has a process that is there list scans and classes anew before its next job; one that is started later does so by itself. */
  refresh(): void {
    // A process that cannot is asked again by the job that needs it, which tells why.
    if (this.#child !== undefined) void this.run('refresh', null).catch(() => undefined);
  }

  /** Forgets the jobs that nobody waits for and that have not begun. */
  dropLater(): void {
    for (const waiting of this.#later.splice(0)) waiting.reject(new Dropped());
  }

  /** Ends the process, and with it the job that it is at. */
  kill(): void {
    this.#child?.kill();
  }

  /** Drops all jobs, and resolves when the process has ended: nothing is written after that. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of [...this.#now.splice(0), ...this.#later.splice(0)]) waiting.reject(new Dropped());
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.onExit(resolve));
    child.kill();
    await ended;
  }

  #next(): void {
    if (this.#running !== undefined || this.#closed) return;
    const waiting = this.#now.shift() ?? this.#later.shift();
    if (waiting === undefined) return;
    this.#running = waiting;
    this.#child ??= this.#start();
    this.#child.send(waiting.message);
    const longest = LONGEST[(waiting.message as { name: JobName }).name];
    if (longest === undefined) return;
    this.#alarm = setTimeout(() => {
      this.#givenUp = `given up after ${longest / 60_000} minutes`;
      this.kill();
    }, longest);
  }

  #start(): Child {
    const child = this.#startChild('worker');
    child.onMessage((message) => this.#ended(message as FromWorker));
    child.onExit((how) => this.#died(child, how));
    child.send({ type: 'open', folder: this.#folder } satisfies ToWorker);
    return child;
  }

  #ended(message: FromWorker): void {
    const waiting = this.#running;
    this.#running = undefined;
    clearTimeout(this.#alarm);
    if (message.type === 'done') waiting?.resolve(message.gives);
    else if (message.code === 'bug') waiting?.reject(new Error(message.message));
    else waiting?.reject(new JobError(message.code, message.message));
    this.#next();
  }

  #died(child: Child, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const waiting = this.#running;
    this.#running = undefined;
    clearTimeout(this.#alarm);
    const problem = this.#givenUp ?? `the process that worked on it has died (${how})`;
    this.#givenUp = undefined;
    if (waiting === undefined) return;
    const hint = 'It may be damaged, or too large for the memory of this machine.';
    waiting.reject(
      this.#closed ? new Dropped() : new PatchclError('bad-file', problem, { subject: waiting.subject, hint }),
    );
    this.#next();
  }
}

/** A job that was not done because nobody wants it any more, or because the studio ends. */
export class Dropped extends Error {}

/** An error of the worker, its sentence as it was. */
class JobError extends PatchclError {
  constructor(code: ErrorCode, message: string) {
    super(code, message);
    this.message = message;
  }
}
