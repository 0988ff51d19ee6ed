import { describe, expect, it } from 'vitest';
import type { Tensor } from '../graph/tensor.ts';
import { ForwardContext } from '../nn/context.ts';
import { unetSpec } from '../nn/unet.ts';
import { bcp } from './bcp.ts';
import { cps } from './cps.ts';
import { entropyMinimisation } from './entropy-minimisation.ts';
import { fixmatch } from './fixmatch.ts';
import { meanTeacher } from './mean-teacher.ts';
import { pseudoLabel } from './pseudo-label.ts';
import type { StepGraph } from './step-graph.ts';
import { structureEntropy } from './structure-entropy.ts';
import { computeStep, likeliest, meanOf, pixelProbabilities, SCHEDULED, SHAPE } from './testing/objective.ts';
import { uaMt } from './ua-mt.ts';

const student = (step: StepGraph) => ({ student: step.unlabelledLogits() });

/** -log of the probability of each pixel's class, where the target is sure; over all pixels. */
function pseudoLabelLoss(predicted: number[][], target: number[][], threshold: number): number {
  return meanOf(target, (pixel, i) => {
    const probability = predicted[i]?.[likeliest(pixel)] as number;
    return Math.max(...pixel) >= threshold ? -Math.log(probability) : 0;
  });
}

/** 1 - Dice of the foreground classes, over all pixels together. */
function diceLoss(predicted: number[][], target: (i: number) => number): number {
  const classes = [1, 2].map((k) => {
    let [overlap, sizes] = [0, 0];
    for (const [i, pixel] of predicted.entries()) {
      const is = target(i) === k ? 1 : 0;
      overlap += is * (pixel[k] as number);
      sizes += is + (pixel[k] as number);
    }
    return (2 * overlap + 1) / (sizes + 1);
  });
  return 1 - classes.reduce((sum, dice) => sum + dice, 0) / classes.length;
}

describe('terms of the methods, computed by hand', () => {
  it('structure-entropy: similarities within regions, self-information of every pixel, and entropy', async () => {
    const { scalars, values } = await computeStep(structureEntropy, (step) => ({
      ...student(step),
      teacher: step.teacherLogits(),
    }));
    const [own, target] = [values.student, values.teacher].map((logits) => pixelProbabilities(logits as number[])) as [
      number[][],
      number[][],
    ];
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, p, k) => sum + p * (b[k] as number), 0);
    // Two images of 8 x 8 pixels, regions of 4 x 4.
    const region = (i: number) => [Math.floor(i / 64), Math.floor((i % 64) / 32), Math.floor((i % 8) / 4)].join();
    let [local, pairs, global] = [0, 0, 0];
    const information = (p: number) => -p * Math.log(p);
    for (const [i, pixel] of own.entries()) {
      for (const [j, other] of own.entries()) {
        if (region(i) !== region(j)) continue;
        local += (dot(pixel, other) - dot(target[i] as number[], target[j] as number[])) ** 2;
        pairs++;
      }
      for (const [k, p] of pixel.entries()) global += (information(p) - information(target[i]?.[k] as number)) ** 2;
    }
    expect(pairs).toBe(128 * 16);
    const expected = local / pairs + global / (3 * own.length);
    expect(expected).toBeGreaterThan(1e-4);
    expect(scalars.structure).toBeCloseTo(SCHEDULED * expected, 6);
    const entropy = meanOf(own, (pixel) => pixel.reduce((sum, p) => sum + information(p), 0));
    expect(scalars.entropy).toBeCloseTo(SCHEDULED * 0.1 * entropy, 5);
  });

  it.each([0, 0.6])('pseudo-label: its own most likely classes above %s', async (threshold) => {
    const { scalars, values } = await computeStep(pseudoLabel, student, { consistency: { threshold } });
    const own = pixelProbabilities(values.student as number[]);
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * pseudoLabelLoss(own, own, threshold), 5);
    expect(scalars.confidentShare).toBeCloseTo(
      meanOf(own, (pixel) => (Math.max(...pixel) >= threshold ? 1 : 0)),
      6,
    );
  });

  it('mean-teacher with pasting: labels within the boxes, the sure teacher outside of them', async () => {
    const consistency = { threshold: 0.6 };
    const settings = { consistency, mixing: { paste: 1 } };
    const asked = (step: StepGraph) => ({
      ...student(step),
      teacher: step.teacherLogits(),
      seen: step.studentImages(),
    });
    const { scalars, values, feeds } = await computeStep(meanTeacher, asked, settings);
    const [boxes, labels, images] = ['boxes.pasted', 'labels', 'images'].map((name) => [...(feeds[name]?.data ?? [])]);
    const own = pixelProbabilities(values.student as number[]);
    const teacher = pixelProbabilities(values.teacher as number[]);
    const inBox = (i: number) => boxes?.[i] === 1;
    const loss = meanOf(teacher, (pixel, i) => {
      if (inBox(i)) return -Math.log(own[i]?.[labels?.[i] as number] as number);
      return Math.max(...pixel) >= 0.6 ? -Math.log(own[i]?.[likeliest(pixel)] as number) : 0;
    });
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * loss, 5);
    // The labelled images come first, as they are; each gives its box to the unlabelled image of its place.
    const half = own.length;
    expect(values.seen?.slice(0, half)).toEqual(images?.slice(0, half));
    const pasted = own.map((_, i) => images?.[inBox(i) ? i : half + i]);
    expect(values.seen?.slice(half)).toEqual(pasted);
  });

  it('a method that has no use for labels among unlabelled pixels refuses pasting', async () => {
    await expect(computeStep(uaMt, student, { mixing: { paste: 1 } })).rejects.toThrow('cannot mix');
  });

  it('entropy-minimisation: -sum p log p', async () => {
    const { scalars, values } = await computeStep(entropyMinimisation, student);
    const own = pixelProbabilities(values.student as number[]);
    const entropy = meanOf(own, (pixel) => -pixel.reduce((sum, p) => sum + p * Math.log(p), 0));
    expect(scalars.entropy).toBeCloseTo(SCHEDULED * entropy, 5);
  });

  it('fixmatch: what the same network says about the weak view', async () => {
    const { scalars, values } = await computeStep(
      fixmatch,
      (step) => ({ ...student(step), weak: step.logitsOf('student', step.unlabelledWeakImages()) }),
      { consistency: { threshold: 0.6 } },
    );
    const [strong, weak] = [values.student, values.weak].map((logits) => pixelProbabilities(logits as number[]));
    const expected = pseudoLabelLoss(strong as number[][], weak as number[][], 0.6);
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * expected, 5);
  });

  it('cps: each by the other', async () => {
    const { scalars, values, feeds } = await computeStep(cps, (step) => {
      const context = new ForwardContext({ training: true, name: 'test' });
      const peer = step.batchLogits(step.parameters('peer', unetSpec(SHAPE.network)), context);
      return {
        ...student(step),
        studentLabelled: step.labelledLogits(),
        peer: peer.unlabelled as Tensor,
        peerLabelled: peer.labelled,
      };
    });
    const [a, b] = [values.student, values.peer].map((logits) => pixelProbabilities(logits as number[])) as [
      number[][],
      number[][],
    ];
    expect(a).not.toEqual(b);
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * (pseudoLabelLoss(a, b, 0) + pseudoLabelLoss(b, a, 0)), 4);
    const labels = feeds.labels?.data as Int32Array;
    const supervised = [values.studentLabelled, values.peerLabelled].map((logits) => {
      const predicted = pixelProbabilities(logits as number[]);
      const entropy = meanOf(predicted, (pixel, i) => -Math.log(pixel[labels[i] as number] as number));
      return entropy + diceLoss(predicted, (i) => labels[i] as number);
    });
    expect(scalars.supervised).toBeCloseTo((supervised[0] as number) + (supervised[1] as number), 4);
  });

  it('bcp: the teacher where pixels are unlabelled, wherever they were pasted', async () => {
    const { scalars, values, feeds } = await computeStep(bcp, (step) => ({
      ...student(step),
      teacher: step.teacherLogits(),
      labelled: step.labelledLogits(),
      seen: step.studentImages(),
      mixed: step.logitsOf('student', step.studentImages()),
    }));
    const [own, teacher, labelled] = [values.student, values.teacher, values.labelled].map((logits) =>
      pixelProbabilities(logits as number[]),
    ) as [number[][], number[][], number[][]];
    const pseudo = (i: number) => likeliest(teacher[i] as number[]);
    const expected = pseudoLabelLoss(own, teacher, 0) + diceLoss(own, pseudo);
    expect(scalars.consistency).toBeCloseTo(SCHEDULED * expected, 4);
    const labels = feeds.labels?.data as Int32Array;
    const supervised = meanOf(labelled, (pixel, i) => -Math.log(pixel[labels[i] as number] as number));
    expect(scalars.supervised).toBeCloseTo(supervised + diceLoss(labelled, (i) => labels[i] as number), 4);

    // A box of two thirds of the side has come over from the unlabelled image, and went there.
    const pixels = SHAPE.size ** 2;
    const given = feeds.images?.data as Float32Array;
    const box = feeds['boxes.labelled']?.data as Float32Array;
    for (let i = 0; i < 2 * pixels; i++) {
      const other = i + 2 * pixels;
      const inBox = (box[i] as number) > 0.5;
      expect(values.seen?.[i]).toBeCloseTo(given[inBox ? other : i] as number, 6);
      expect(values.seen?.[other]).toBeCloseTo(given[inBox ? i : other] as number, 6);
    }
    // What the network says about the box's pixels stands again in the image that they came from.
    const plane = SHAPE.network.classes * pixels;
    for (let i = 0; i < 2 * plane; i++) {
      const inBox = (box[Math.floor(i / plane) * pixels + (i % pixels)] as number) > 0.5;
      expect(values.student?.[i]).toBeCloseTo(values.mixed?.[inBox ? i : i + 2 * plane] as number, 5);
    }
    expect(box.reduce((sum, value) => sum + value, 0)).toBe(2 * Math.round((2 / 3) * SHAPE.size) ** 2);
  });

  it('mixing without boxes changes nothing', async () => {
    const plain = await computeStep(meanTeacher, student);
    const mixed = await computeStep(meanTeacher, student, { mixing: { labelled: 1, unlabelled: 1, area: [0, 0] } });
    expect(mixed.scalars).toEqual(plain.scalars);
    const really = await computeStep(meanTeacher, student, { mixing: { labelled: 1, unlabelled: 1 } });
    expect(really.scalars).not.toEqual(plain.scalars);
  });
});
