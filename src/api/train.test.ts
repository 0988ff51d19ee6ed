import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../runs/events.ts';
import { afterLabels, type Method, mean, mul, softmax, square, sub, supervisedLoss } from './methods.ts';
import { evaluate, openRun } from './node/evaluate.ts';
import { train } from './node/train.ts';
import { squareCases, TINY, tinyProject } from './testing/tiny-project.ts';
import type { TrainOptions } from './train.ts';

const squaredTeacher: Method = {
  name: 'squared-teacher',
  description: 'Mean Teacher with squared differences',
  reference: 'Tarvainen & Valpola, NeurIPS 2017',
  phases: () =>
    afterLabels({
      name: 'consistency',
      start: 0,
      usesUnlabelled: true,
      objective: (step) => {
        const loss = mean(square(sub(softmax(step.unlabelledLogits(), 1), softmax(step.teacherLogits(), 1))));
        return { terms: { supervised: supervisedLoss(step), squares: mul(loss, step.scheduled('beta')) } };
      },
    }),
};

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await tinyProject();
  data = join(folder, 'data');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function listen(options: TrainOptions) {
  const run = train(options);
  const events: TrainingEvent[] = [];
  for await (const event of run) events.push(event);
  return { events, result: await run.result };
}

describe('train', () => {
  it('tells each step and validation, and gives the model', async () => {
    const { events, result } = await listen({ data, out: join(folder, 'run'), settings: TINY });
    const start = events.find((event) => event.type === 'start');
    expect(start).toMatchObject({ method: 'supervised', classes: ['background', 'ring', 'core'], size: 16, step: 0 });
    const steps = events.filter((event) => event.type === 'step');
    expect(steps.map(({ step, totalSteps }) => [step, totalSteps])).toEqual([1, 2, 3, 4].map((step) => [step, 4]));
    const validation = events.find((event) => event.type === 'validation');
    expect(validation).toMatchObject({
      ...{ step: 4, network: result.network, isBest: true },
      dice: { [result.network]: result.bestDice },
    });
    expect(result.bestDice).toEqual(expect.any(Number));
    const stored = openRun(join(folder, 'run'));
    expect(await stored.model()).toEqual(result.model);
    expect((await stored.request()).budget.steps).toBe(4);
  });

  it('without a folder keeps the run in memory', async () => {
    const { result } = await listen({ data, settings: TINY });
    expect((await result.run.facts()).counts).toHaveProperty('labelled');
    expect(result.model.length).toBeGreaterThan(1000);
  });

  it('takes a method of the caller', async () => {
    const { events } = await listen({ data, settings: { ...TINY, method: squaredTeacher } });
    const step = events.find((event) => event.type === 'step');
    expect(Object.keys(step?.losses ?? {})).toEqual(['loss', 'supervised', 'squares']);
  });

  it('takes a data set of the caller, without a file', async () => {
    const out = join(folder, 'own');
    const own = { classes: ['background', 'square'], cases: squareCases(8) };
    const { result } = await listen({ data: own, out, settings: { ...TINY, budget: { steps: 30 } } });
    expect(await result.run.facts()).toMatchObject({ data: 'own data', handedOver: true });
    const { dice, results } = await evaluate(out, { part: 'test', data: own, threads: 1 });
    expect(dice).toBeGreaterThan(0);
    expect(results.cases).toHaveLength(1);
    await expect(evaluate(out, {})).rejects.toThrow(/trained on data that a program handed over \(own data\)/);
  });

  it('stops at a signal with a checkpoint, and goes on to the same weights', async () => {
    const out = join(folder, 'stopped');
    const stop = new AbortController();
    const settings = { ...TINY, budget: { steps: 20 } };
    const run = train({ data, out, settings, signal: stop.signal });
    const steps: number[] = [];
    const loop = async () => {
      for await (const event of run) {
        if (event.type !== 'step') continue;
        steps.push(event.step);
        stop.abort();
      }
    };
    await expect(loop()).rejects.toMatchObject({ name: 'AbortError' });
    await expect(run.result).rejects.toBe(stop.signal.reason);
    expect(steps.length).toBeLessThan(20);
    const { events, result } = await listen({ out, resume: true });
    expect(events.find((event) => event.type === 'start')).toMatchObject({ step: steps.length });
    const whole = await listen({ data, settings });
    expect((await result.run.best()).weights).toEqual((await whole.result.run.best()).weights);
  });
});

describe('train refuses', () => {
  const method = { ...squaredTeacher, name: 'bcp' };
  const cases = squareCases(4);
  const flat = cases.map((item) => ({
    ...item,
    image: async () => ({ ...(await item.image()), shape: [1, 1, 16, 15] }),
  }));
  it.each<[string, TrainOptions, RegExp]>([
    ['no data', {}, /^the data set is missing\. Give its folder/],
    [
      'an unknown method',
      { data: 'x', settings: { method: 'patchcll' } },
      /no method "patchcll"\. Did you mean "patchcl"/,
    ],
    [
      'an unknown setting',
      { data: 'x', settings: { seeds: 1 } as never },
      /^seeds: there is no such setting\. Did you mean "seed"/,
    ],
    ['a name that is taken', { data: 'x', settings: { method } }, /there is a method "bcp" already/],
    ['what is no method', { data: 'x', settings: { method: {} as never } }, /this is not a method/],
    [
      'two cases of one id',
      { data: { cases: [...cases, ...cases] } },
      /own data, case 5: two cases have the id "case0"/,
    ],
    ['what is no case', { data: { cases: [{ id: 'a' } as never] } }, /own data, case 1: this is not a case/],
    [
      'an array that is not as its shape says',
      { data: { cases: flat as never }, settings: { ...TINY, labelled: 1 } },
      /case\d, scan: it has 256 values, its shape \[1,1,16,15\] means 240/,
    ],
    ['a resume of nothing', { out: '/nowhere/run', resume: true }, /there is no checkpoint to continue from/],
  ])('%s', async (_, options, message) => {
    await expect(train(options).result).rejects.toThrow(message);
  });
});
