import { fromText, toText } from '../../testing/numbers-as-text.ts';
import { type Answer, serve } from '../../testing/serve.ts';
import { type BrowserRuntimeOptions, browserRuntime } from '../runtime.ts';

/** What the page offers to the test that opened it. */
export interface TestPage {
  start(options: BrowserRuntimeOptions): Promise<void>;
  answer(name: string, args: string): Promise<string>;
  /** Milliseconds of each of so many steps of a session, without the way to the test and back. */
  time(session: number, feeds: string, steps: number): Promise<number[]>;
}

let answer: Answer;

const page: TestPage = {
  start: async (options) => {
    answer = serve(await browserRuntime(options));
  },
  answer: async (name, args) =>
    toText((await answer(name as Parameters<Answer>[0], fromText(args) as unknown[])) ?? null),
  time: async (session, feeds, steps) => {
    const values = fromText(feeds);
    const times: number[] = [];
    for (let i = 0; i < steps; i++) {
      const start = performance.now();
      await answer('step', [session, values]);
      times.push(performance.now() - start);
    }
    return times;
  },
};

Object.assign(globalThis, { page });
