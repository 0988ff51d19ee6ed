import {
  add,
  imageShape,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  reshape,
  softmax,
  square,
  sub,
  type Tensor,
  transpose,
} from '../graph/index.ts';
import { meanEntropy } from './entropy-minimisation.ts';
import { afterLabels } from './mean-teacher.ts';
import type { Method } from './method.ts';
import type { StepGraph } from './step-graph.ts';
import { supervisedLoss } from './supervised.ts';

/** Pixels per side of a local region; fewer where images cannot be cut so. */
const REGION = 4;

/**
 * How like each other the pixels of a local region are: inner products of their predictions, for every pair of a region.
 *
 * @param probabilities [n, K, S, S]
 * @returns [n * regions, pixels, pixels]
 */
function similarities(probabilities: Tensor): Tensor {
  const [n, classes, size] = imageShape(probabilities, 'similarities');
  const side = [REGION, 2].find((pixels) => size % pixels === 0) ?? 1;
  const perSide = size / side;
  const split = reshape(probabilities, [n, classes, perSide, side, perSide, side]);
  const rows = reshape(transpose(split, [0, 2, 4, 3, 5, 1]), [n * perSide ** 2, side ** 2, classes]);
  return matmul(rows, rows, { transposeB: true });
}

/** Mean squared difference of the similarities within local regions. @param student [n, K, S, S], probabilities; `teacher` likewise */
export function localStructure(student: Tensor, teacher: Tensor): Tensor {
  return reshape(mean(square(sub(similarities(student), similarities(teacher)))), []);
}

/** -p log p of every pixel and class: self-information, weighted by the probability. @param logits [n, K, S, S] */
function weightedInformation(logits: Tensor): Tensor {
  return neg(mul(softmax(logits, 1), logSoftmax(logits, 1)));
}

/** Mean squared difference of the weighted self-information maps. @param student [n, K, S, S], logits; `teacher` likewise */
export function globalStructure(student: Tensor, teacher: Tensor): Tensor {
  return reshape(mean(square(sub(weightedInformation(student), weightedInformation(teacher)))), []);
}

/** The three terms of unlabelled images. */
function structureLosses(step: StepGraph): { entropy: Tensor; local: Tensor; global: Tensor } {
  step.refusePasting();
  const [student, teacher] = [step.unlabelledLogits(), step.teacherLogits()];
  return {
    entropy: meanEntropy(student),
    local: localStructure(softmax(student, 1), softmax(teacher, 1)),
    global: globalStructure(student, teacher),
  };
}

/**
 * A Mean Teacher that is followed in structure, and a student that is to be sure. The paper is three-dimensional; its abstract names
 * the three terms. Chosen here: regions of 4 x 4 pixels, similarity as inner product, squared differences, local and global alike
 * in weight, a tenth of it for the entropy as in `entropy-minimisation`.
 */
export const structureEntropy: Method = {
  name: 'structure-entropy',
  description: 'Mean Teacher that is followed in local and global structure, and a student that is to be sure',
  reference:
    'Hang et al., "Local and global structure-aware entropy regularized mean teacher model for 3D left atrium segmentation", MICCAI 2020',
  phases: ({ consistency: { start } }) =>
    afterLabels({
      name: 'structure',
      start,
      usesUnlabelled: true,
      objective: (step) => {
        const { entropy, local, global } = structureLosses(step);
        const beta = step.scheduled('beta');
        return {
          terms: {
            supervised: supervisedLoss(step),
            structure: mul(add(local, global), beta),
            entropy: mul(mul(entropy, 0.1), beta),
          },
        };
      },
    }),
};
