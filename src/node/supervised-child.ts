import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { type ErrorCode, PatchclError } from '../core/errors.ts';
import { InOrder } from '../core/in-order.ts';
import { availableMemory, bytesText, memoryOf } from './memory.ts';
import { processorTime } from './processor-time.ts';

/** What a child may use for one thing that it is asked. */
export interface Budget {
  /**
   * Milliseconds of processor time without a sign of life after which it is given up: a decoder that runs away computes, and a
   * machine that others keep busy is no fault of a scan's. Waiting, as for a disk, may take ten times as long.
   */
  readonly patience: number;
  /** Bytes that it may have in memory; default: as long as the machine has some left. */
  readonly memory?: number | undefined;
}

/** What a child tells. */
export type FromChild =
  /** It has got on with its work. */
  | { readonly type: 'alive' }
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'failed'; readonly error: ToldError };

/** An error as it travels. */
export interface ToldError {
  /** `bug` for a mistake of ours. */
  readonly code: ErrorCode | 'bug';
  readonly problem: string;
  readonly subject?: string | undefined;
  readonly hint?: string | undefined;
}

/** A child that has been set up, and what it answered to that. */
interface Opened {
  readonly child: ChildProcess;
  readonly answer: unknown;
}

/** Milliseconds between two looks at a child's memory. */
const LOOK_EVERY = 100;

/** How much longer a child may wait than compute. */
const WAITING = 10;

/** When the machine has so little left, whoever is at work may be ended by the system, and perhaps not alone. */
const LEAST_LEFT = 96e6;

/** Characters of a child's complaints that are kept. */
const MOST_KEPT = 2000;

/**
 * A process that is asked one thing after the other and is killed when a thing takes more time or memory than it may. It is
 * started when it is first needed, and anew after it has died: what killed it costs itself.
 */
export class SupervisedChild {
  readonly #start: () => ChildProcess;
  #child: ChildProcess | undefined;
  /** What every new child is asked first. */
  readonly #opening: { readonly message: unknown; readonly budget: Budget; readonly subject: string };
  readonly #order = new InOrder();
  #complaint = '';
  /** The child once it has answered the opening. */
  #ready: Promise<Opened> | undefined;
  readonly #endChild = () => this.#child?.kill('SIGKILL');
  readonly #endBoth = () => {
    this.#endChild();
    process.exit(143);
  };

  /** @param program a file of this package. @param opening what every new child is asked first, with its budget */
  constructor(program: URL, opening: { readonly message: unknown; readonly budget: Budget; readonly subject: string }) {
    this.#opening = opening;
    this.#start = () =>
      fork(program, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'advanced', execArgv: [] });
    process.on('exit', this.#endChild);
    process.on('SIGTERM', this.#endBoth);
  }

  /** Starts the process, so that it is there when it is needed. @returns what it answers. @throws what the opening throws */
  async opened(): Promise<unknown> {
    return (await this.#open()).answer;
  }

  /**
   * @param subject what the message is about, for errors
   * @throws PatchclError what the child answers, or that it was given up; an `Error` for a mistake of ours
   */
  async ask<T>(message: unknown, budget: Budget, subject: string): Promise<T> {
    // One after the other: what kills it shall be known.
    return this.#order.run('', async () => {
      const { child } = await this.#open();
      return (await this.#exchange(child, message, budget, subject)) as T;
    });
  }

  /** Ends the process. */
  close(): void {
    process.off('exit', this.#endChild);
    process.off('SIGTERM', this.#endBoth);
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    this.#ready = undefined;
  }

  #open(): Promise<Opened> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null && this.#ready !== undefined) {
      return this.#ready;
    }
    const child = this.#start();
    this.#child = child;
    this.#complaint = '';
    child.stderr?.on('data', (chunk) => {
      this.#complaint = (this.#complaint + String(chunk)).slice(-MOST_KEPT);
    });
    const { message, budget, subject } = this.#opening;
    const opened = this.#exchange(child, message, budget, subject).then((answer) => ({ child, answer }));
    opened.catch(() => child.kill('SIGKILL'));
    this.#ready = opened;
    return opened;
  }

  #exchange(child: ChildProcess, message: unknown, budget: Budget, subject: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let heard = { at: Date.now(), computed: processorTime(child.pid) };
      let killed: string | undefined;
      const watch = setInterval(() => {
        killed ??= tooMuch(child, budget, heard);
        if (killed !== undefined) child.kill('SIGKILL');
      }, LOOK_EVERY);
      const settle = () => {
        clearInterval(watch);
        child.off('message', onMessage);
        child.off('exit', onExit);
        child.off('error', onError);
      };
      const onMessage = (told: unknown) => {
        heard = { at: Date.now(), computed: processorTime(child.pid) };
        const answer = told as FromChild;
        if (answer.type === 'alive') return;
        settle();
        if (answer.type === 'done') resolve(answer.value);
        else reject(asError(answer.error));
      };
      const onExit = (code: number | null, signal: string | null) => {
        settle();
        const how = killed ?? this.#deathOf(code, signal);
        const hint = 'It may be damaged, or too large for this machine.';
        reject(new PatchclError('bad-file', how, { subject, hint }));
      };
      const onError = (cause: Error) => {
        settle();
        reject(new PatchclError('unsupported', 'no process can be started for it', { subject, cause }));
      };
      child.on('message', onMessage);
      child.once('exit', onExit);
      child.once('error', onError);
      if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
      else child.send(message as Serializable);
    });
  }

  #deathOf(code: number | null, signal: string | null): string {
    const isHeap = /heap out of memory|std::bad_alloc|Array buffer allocation failed/i.test(this.#complaint);
    if (isHeap) return 'the process that worked on it ran out of memory';
    if (signal === 'SIGKILL')
      return 'the process that worked on it was killed, as the system does when memory is short';
    return `the process that worked on it has died (${signal ?? `status ${code}`})`;
  }
}

/** Why a child is to be killed, if it is. */
function tooMuch(
  child: ChildProcess,
  { patience, memory }: Budget,
  heard: { readonly at: number; readonly computed: number | undefined },
): string | undefined {
  const waited = Date.now() - heard.at;
  const computed = (processorTime(child.pid) ?? waited) - (heard.computed ?? 0);
  if (computed > patience || waited > WAITING * patience) {
    return `given up: no progress in ${Math.round(Math.max(patience, computed) / 1000)} seconds`;
  }
  const used = child.pid === undefined ? undefined : memoryOf(child.pid);
  if (used === undefined) return undefined;
  if (memory !== undefined) {
    return used > memory ? `given up: it takes more than ${bytesText(memory)} of memory` : undefined;
  }
  const left = availableMemory();
  return left < LEAST_LEFT ? `given up: with it at ${bytesText(used)} this machine has no memory left` : undefined;
}

function asError({ code, problem, subject, hint }: ToldError): Error {
  if (code === 'bug') return new Error(problem);
  return new PatchclError(code, problem, {
    ...(subject !== undefined && { subject }),
    ...(hint !== undefined && { hint }),
  });
}
