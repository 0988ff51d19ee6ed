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
 * Starts a model of one step with its state on the device, where the runtime can keep it there. Else, and where ranks exchange
 * numbers within a step, it is kept in the processor's memory: CUDA copies all of it both ways in every step.
 *
 * @param ranks who does the step together, if it has stages
 */
export async function startSteps(runtime: Runtime, step: StepModel, ranks?: Ranks): Promise<StepSession> {
  const { packs = {}, before = [] } = step;
  const packed = { ...step, initial: pack(packs, step.initial) };
  // Processors have nothing to fall back to.
  const fallbacks = runtime.target.device === 'cpu' || runtime.target.device === 'wasm' ? [] : undefined;
  const inMemory = (session: Session) => new StatefulSession(session, step.state, packed.initial, fallbacks);
  const session =
    before.length > 0 && ranks !== undefined
      ? inMemory(await stagedSession(runtime, step.model, before, ranks))
      : ((await runtime.loadResident?.(packed)) ?? inMemory(await runtime.load(step.model)));
  return {
    fallbacks: session.fallbacks,
    step: (feeds) => session.step(feeds),
    state: async () => unpack(packs, await session.state()),
    dispose: () => session.dispose(),
  };
}

/** Keeps the state in the processor's memory: what one step gives is what the next one takes. */
export class StatefulSession implements StepSession {
  readonly fallbacks: readonly string[] | undefined;
  readonly #session: Session;
  #state: Record<string, Values>;

  constructor(
    session: Session,
    state: StepModel['state'],
    initial: StepModel['initial'],
    fallbacks?: readonly string[],
  ) {
    this.fallbacks = fallbacks;
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
