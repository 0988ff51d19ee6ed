import { fromText, toText } from '../../testing/numbers-as-text.ts';
import { type Answer, serve } from '../../testing/serve.ts';
import { type BrowserRuntimeOptions, browserRuntime } from '../runtime.ts';

/** What the page offers to the test that opened it. */
export interface TestPage {
  start(options: BrowserRuntimeOptions): Promise<void>;
  answer(name: string, args: string): Promise<string>;
}

let answer: Answer;

const page: TestPage = {
  start: async (options) => {
    answer = serve(await browserRuntime(options));
  },
  answer: async (name, args) =>
    toText((await answer(name as Parameters<Answer>[0], fromText(args) as unknown[])) ?? null),
};

Object.assign(globalThis, { page });
