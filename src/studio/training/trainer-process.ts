import type { Child, StartChild } from '../host.ts';
import type { FromTrainer, ToTrainer } from './messages.ts';

/** How a training process has ended. */
export type TrainerEnd =
  | { readonly type: 'finished' }
  /** With a checkpoint, as it was asked to. */
  | { readonly type: 'stopped' }
  | { readonly type: 'crashed'; readonly problem: string; readonly complaint: string };

/** What a training process tells while it runs. */
export type TrainerNews = Exclude<FromTrainer, { type: 'ended' | 'failed' }>;

export interface TrainerListener {
  onNews(news: TrainerNews): void;
  onEnd(end: TrainerEnd): void;
}

/** A process that trains one run. */
export class TrainerProcess {
  readonly #child: Child;
  /** What the process has said about its end. */
  #ending: Extract<FromTrainer, { type: 'ended' | 'failed' }> | undefined;

  constructor(
    start: StartChild,
    order: Omit<Extract<ToTrainer, { type: 'train' }>, 'type'>,
    { onNews, onEnd }: TrainerListener,
  ) {
    this.#child = start('trainer');
    this.#child.onMessage((message) => {
      const heard = message as FromTrainer;
      if (heard.type === 'ended' || heard.type === 'failed') this.#ending = heard;
      else onNews(heard);
    });
    this.#child.onExit((how) => onEnd(this.#endOf(how)));
    this.#child.send({ type: 'train', ...order } satisfies ToTrainer);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks it to write a checkpoint and end. */
  stop(): void {
    this.#child.send({ type: 'stop' } satisfies ToTrainer);
  }

  /** Resolves when it has ended. */
  get ended(): Promise<unknown> {
    return new Promise((resolve) => this.#child.onExit(resolve));
  }

  #endOf(how: string): TrainerEnd {
    if (this.#ending?.type === 'ended') return { type: this.#ending.outcome };
    if (this.#ending !== undefined) return { type: 'crashed', problem: this.#ending.message, complaint: '' };
    return { type: 'crashed', problem: `its process has died (${how})`, complaint: this.#child.complaint() };
  }
}
