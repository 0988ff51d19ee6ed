import { describe, expect, it } from 'vitest';
import { GRADIENT_CASES } from '../../graph/testing/gradient-cases.ts';
import { VALUE_CASES } from '../../graph/testing/value-cases.ts';
import { METHODS } from '../../methods/index.ts';
import { largestDifference } from '../../testing/compare.ts';
import { evaluate } from '../../testing/evaluate.ts';
import { gradientGraph } from '../../testing/gradient-check.ts';
import { stepCase } from '../../train/testing/step-case.ts';
import { nodeRuntime } from '../node/runtime.ts';
import type { NamedValues, Runtime, StepSession } from '../runtime.ts';

/*
 * What every device has to do alike. The processor is the reference: its own values are checked against written-down numbers,
 * its gradients against central differences, its training steps against PyTorch (graph/, train/program.test.ts).
 */

/** Relative to the largest value of a tensor. */
const TOLERANCE = 1e-4;

/** Cases by operator and title. */
function titled<T>(cases: Readonly<Record<string, readonly (readonly [string, T])[]>>) {
  return Object.entries(cases).flatMap(([name, list]) => list.map(([title, item]) => [name, title, item] as const));
}

const VALUES = titled(
  Object.fromEntries(Object.entries(VALUE_CASES).map(([name, list]) => [name, list.map((item) => [item.title, item])])),
);
const GRADIENTS = titled(
  Object.fromEntries(Object.entries(GRADIENT_CASES).map(([name, checks]) => [name, Object.entries(checks)])),
);

/** Of the cases in blocks of channels, which processors alone know, the one that is left where channels are merely many. */
const isOfProcessors = (name: string, title: string) =>
  title.includes('in blocks') && !(name === 'conv2d' && title === 'in blocks');

/** Every operator's values and gradients. @param hasBlocks whether the device has layouts in blocks of channels */
export function describeOperators(runtime: () => Runtime, { hasBlocks = true } = {}): void {
  describe('operators give', () => {
    it.each(VALUES)('%s: %s', async (_name, _title, { build, values }) => {
      const found = (await evaluate({ y: build() }, {}, runtime())).y as number[];
      expect(largestDifference(found, values)).toBeLessThan(1e-4);
    });
  });

  describe('values and gradients are those of the processor', () => {
    const processor = nodeRuntime({ threads: 1 });
    const cases = GRADIENTS.filter(([name, title]) => hasBlocks || !isOfProcessors(name, title));
    it.each(cases)('%s: %s', async (_name, _title, check) => {
      const { outputs, feeds } = gradientGraph(check);
      const expected = await evaluate(outputs, feeds, processor);
      const found = await evaluate(outputs, feeds, runtime());
      for (const [name, values] of Object.entries(expected)) {
        expect(largestDifference(found[name] as number[], values), name).toBeLessThan(TOLERANCE);
      }
    });
  });
}

/** Losses equal to this many significant digits. */
const DIGITS = 4;

async function run(session: StepSession, scalars: readonly string[], feeds: readonly NamedValues[]) {
  const losses: number[][] = [];
  for (const values of feeds) {
    const outputs = await session.step(values);
    losses.push(scalars.map((name) => Number(outputs[name]?.data[0])));
  }
  const state = await session.state();
  const copy = Object.fromEntries(Object.entries(state).map(([name, data]) => [name, data.slice()]));
  await session.dispose();
  return { losses, state: copy };
}

/** Without thresholds, on which a difference in the last digit could decide; their operators are compared by themselves. */
const SMOOTH = { consistency: { target: 'soft', threshold: 0 } } as const;

/** Methods whose steps have every operator that the steps of any method have. */
export const COVERING = ['patchcl', 'supervised', 'ua-mt', 'cps'] as const;

/** Holds {@link COVERING} to what it says. */
export function describeCovering(target: Runtime['target']): void {
  it(`the steps of ${COVERING.join(', ')} have every operator of all methods`, () => {
    const operators = (method: string) => [...stepCase(method, { overrides: SMOOTH }).operators(target)];
    const covered = new Set(COVERING.flatMap(operators));
    const missing = METHODS.flatMap(({ name }) => operators(name)).filter((operator) => !covered.has(operator));
    expect(missing).toEqual([]);
  });
}

/** Training steps of every method, with the state kept where the device keeps it. */
export function describeTraining(
  runtime: () => Runtime,
  { steps, methods = METHODS.map(({ name }) => name) }: { steps: number; methods?: readonly string[] },
): void {
  // The pseudo-labels of CPS are hard whatever the settings: within few steps none tips between two equally likely classes.
  const cases = methods.map((method) => [method, method === 'cps' ? Math.min(steps, 5) : steps] as const);
  it.each(cases)('%s: %i steps are those of the processor', async (method, steps) => {
    const { scalars, feeds, start } = stepCase(method, { overrides: SMOOTH });
    const given = Array.from({ length: steps }, (_, step) => feeds(step));
    const expected = await run(await start(nodeRuntime({ threads: 1 })), scalars, given);
    const session = await start(runtime());
    expect(session.fallbacks).toEqual([]);
    const found = await run(session, scalars, given);
    for (const [step, values] of expected.losses.entries()) {
      for (const [i, value] of values.entries()) {
        const difference = Math.abs((found.losses[step]?.[i] as number) - value);
        expect(difference, `${scalars[i]} of step ${step + 1}`).toBeLessThan(
          0.5 * 10 ** -DIGITS * Math.abs(value) + 1e-6,
        );
      }
    }
    for (const [name, data] of Object.entries(expected.state)) {
      expect(largestDifference(found.state[name] as Float32Array, data), name).toBeLessThan(1e-3);
    }
  });
}
