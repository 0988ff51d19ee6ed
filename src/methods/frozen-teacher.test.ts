import { describe, expect, it } from 'vitest';
import { Rng } from '../core/rng.ts';
import { constant, greater, sizeOf } from '../graph/index.ts';
import { namedSpecs } from '../nn/parameters.ts';
import { unetSpec } from '../nn/unet.ts';
import { floats } from '../runtime/runtime.ts';
import { evaluate } from '../testing/evaluate.ts';
import { frozenShapes, frozenTeacher } from './frozen-teacher.ts';
import { methodSettings } from './settings.ts';
import { StepGraph } from './step-graph.ts';
import { SHAPE } from './testing/objective.ts';

/** What the copy says and becomes in a step of a round, when the one that is kept is of another. */
async function inRound(round: number, last: number) {
  const step = new StepGraph(SHAPE, methodSettings.parse({}), { usesUnlabelled: true });
  const { logits, buffers = {} } = frozenTeacher(step, constant([round], []), greater);
  const random = (name: string, shape: readonly number[]) => {
    const rng = new Rng('frozen', name);
    return floats(
      Float32Array.from({ length: sizeOf(shape) }, () => rng.normal()),
      shape,
    );
  };
  const shapes = frozenShapes(SHAPE.network);
  const kept = Object.entries(shapes).map(([name, shape]) => {
    return [name, name === 'frozen.round' ? floats(Float32Array.of(last), [1]) : random(name, shape)] as const;
  });
  const teacher = Object.entries(step.teacher.named).map(([name, { shape }]) => {
    return [`teacher.${name}`, random(`teacher.${name}`, shape)] as const;
  });
  const images = step.unlabelledWeakImages();
  const feeds = {
    ...Object.fromEntries([...kept, ...teacher]),
    unlabelledWeak: random('images', images.shape),
  };
  const next = Object.fromEntries(Object.entries(buffers).map(([name, { next }]) => [`next ${name}`, next]));
  const found = await evaluate({ logits, teacherLogits: step.teacherLogits(), ...next }, feeds);
  return { found, feeds: feeds as Readonly<Record<string, { data: ArrayLike<number> }>>, names: Object.keys(shapes) };
}

describe('the frozen teacher', () => {
  it('has a state of its own for every parameter of the network', () => {
    const parameters = Object.keys(namedSpecs({ unet: unetSpec(SHAPE.network) }));
    expect(Object.keys(frozenShapes(SHAPE.network))).toEqual([
      'frozen.round',
      ...parameters.map((one) => `frozen.${one}`),
    ]);
  });

  it('is the teacher in the first step of a round, and is kept', async () => {
    const { found, feeds, names } = await inRound(2, 1);
    expect(found.logits).toEqual(found.teacherLogits);
    expect(found['next frozen.round']).toEqual([2]);
    for (const name of names.filter((one) => one !== 'frozen.round')) {
      expect(found[`next ${name}`]).toEqual(Array.from(feeds[name.replace('frozen', 'teacher')]?.data ?? []));
    }
  });

  it('stands still within the round, wherever the teacher goes', async () => {
    const { found, feeds, names } = await inRound(2, 2);
    expect(found.logits).not.toEqual(found.teacherLogits);
    for (const name of names) expect(found[`next ${name}`]).toEqual(Array.from(feeds[name]?.data ?? []));
  });
});
