import type { NamedValues, Runtime, Session, StepModel, StepSession } from '../runtime.ts';
import { startSteps } from '../stateful.ts';

/** What a runtime elsewhere can be asked, by name, with its arguments; sessions go by their numbers. */
export interface Requests {
  describe: () => Pick<Runtime, 'target' | 'description'>;
  load: (model: Uint8Array) => number;
  run: (session: number, feeds: NamedValues) => NamedValues;
  dispose: (session: number) => void;
  start: (step: StepModel) => { session: number; fallbacks: readonly string[] | undefined };
  step: (session: number, feeds: NamedValues) => NamedValues;
  times: (session: number, feeds: NamedValues, steps: number) => number[];
  state: (session: number) => Record<string, Float32Array>;
}

/** Answers one request. */
export type Answer = (name: keyof Requests, args: readonly unknown[]) => Promise<unknown>;

/** Serves a runtime to another process or to the world outside of a page. */
export function serve(runtime: Runtime): Answer {
  const sessions = new Map<number, Session>();
  const steps = new Map<number, StepSession>();
  let count = 0;
  const handlers: {
    [Name in keyof Requests]: (...args: Parameters<Requests[Name]>) => Promise<ReturnType<Requests[Name]>>;
  } = {
    describe: async () => ({ target: runtime.target, description: runtime.description }),
    load: async (model) => {
      sessions.set(++count, await runtime.load(model));
      return count;
    },
    run: (session, feeds) => (sessions.get(session) as Session).run(feeds),
    dispose: async (session) => {
      await (sessions.get(session) ?? steps.get(session))?.dispose();
    },
    start: async (step) => {
      const session = await startSteps(runtime, step);
      steps.set(++count, session);
      return { session: count, fallbacks: session.fallbacks };
    },
    step: (session, feeds) => (steps.get(session) as StepSession).step(feeds),
    times: async (session, feeds, count) => {
      const times: number[] = [];
      while (times.length < count) {
        const start = performance.now();
        await (steps.get(session) as StepSession).step(feeds);
        times.push(performance.now() - start);
      }
      return times;
    },
    state: async (session) => (steps.get(session) as StepSession).state(),
  };
  return (name, args) => (handlers[name] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
}

export interface RemoteSteps extends StepSession {
  /** Milliseconds of each of so many steps with equal feeds, by the clock where they run. */
  times(feeds: NamedValues, steps: number): Promise<number[]>;
}

/** A runtime that is served elsewhere. State stays where it is served. */
export interface RemoteRuntime extends Runtime {
  loadResident(step: StepModel): Promise<RemoteSteps>;
  close(): Promise<void>;
}

/** The other side of {@link serve}. */
export async function remoteRuntime(answer: Answer, close: () => Promise<void>): Promise<RemoteRuntime> {
  const ask = async <Name extends keyof Requests>(name: Name, ...args: Parameters<Requests[Name]>) =>
    (await answer(name, args)) as ReturnType<Requests[Name]>;
  return {
    ...(await ask('describe')),
    close,
    load: async (model) => {
      const session = await ask('load', model);
      return { run: (feeds) => ask('run', session, feeds), dispose: () => ask('dispose', session) };
    },
    loadResident: async ({ model, state, initial }) => {
      const shapes = Object.fromEntries(Object.entries(state).map(([name, { shape }]) => [name, { shape }]));
      const { session, fallbacks } = await ask('start', { model, state: shapes, initial });
      return {
        fallbacks,
        step: (feeds) => ask('step', session, feeds),
        times: (feeds, count) => ask('times', session, feeds, count),
        state: () => ask('state', session),
        dispose: () => ask('dispose', session),
      };
    },
  };
}
