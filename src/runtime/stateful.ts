import type { Ranks } from '../core/ranks.ts';
import { pack, unpack } from './packs.ts';
import {
  floats,
  type NamedValues,
  type Runtime,
  type Session,
  type StepModel,
  type StepSession,
  type Values,
} from './runtime.ts';
import { stagedSession } from './staged.ts';

const NEXT = 'next:';

/** Output name of a state tensor's next value. */
export function nextName(name: string): string {
  return `${NEXT}${name}`;
}

/** Whether an output is the next value of a state tensor. */
export function isNextName(name: string): boolean {
  return name.startsWith(NEXT);
}

/**
 * Starts a model of one step where its state is best kept: on the device if that has memory of its own, in the processor's
 * where ranks exchange numbers within a step.
 *
 * @param ranks who does the step together, if it has stages
 */
export async function startSteps(runtime: Runtime, step: StepModel, ranks?: Ranks): Promise<StepSession> {
  const { packs = {}, before = [] } = step;
  const packed = { ...step, initial: pack(packs, step.initial) };
  const session =
    before.length > 0 && ranks !== undefined
      ? new StatefulSession(await stagedSession(runtime, step.model, before, ranks), step.state, packed.initial)
      : ((await runtime.loadResident?.(packed)) ??
        new StatefulSession(await runtime.load(step.model), step.state, packed.initial));
  return {
    fallbacks: session.fallbacks,
    step: (feeds) => session.step(feeds),
    state: async () => unpack(packs, await session.state()),
    dispose: () => session.dispose(),
  };
}

/** Keeps the state in the processor's memory: what one step gives is what the next one takes. */
export class StatefulSession implements StepSession {
  readonly fallbacks: readonly string[] = [];
  readonly #session: Session;
  #state: Record<string, Values>;

  constructor(session: Session, state: StepModel['state'], initial: StepModel['initial']) {
    this.#session = session;
    this.#state = Object.fromEntries(
      Object.entries(state).map(([name, { shape }]) => [name, floats(initial[name] as Float32Array, shape)]),
    );
  }

  async step(feeds: NamedValues): Promise<NamedValues> {
    const outputs = Object.entries(await this.#session.run({ ...feeds, ...this.#state }));
    this.#state = Object.fromEntries(
      outputs.filter(([name]) => isNextName(name)).map(([name, values]) => [name.slice(NEXT.length), values]),
    );
    return Object.fromEntries(outputs.filter(([name]) => !isNextName(name)));
  }

  state(): Record<string, Float32Array> {
    return Object.fromEntries(Object.entries(this.#state).map(([name, { data }]) => [name, data as Float32Array]));
  }

  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
