import { leadingPhases } from './mean-teacher.ts';
import type { Method } from './method.ts';

/**
 * Bidirectional copy-paste: a box of every labelled image goes into an unlabelled one and the box in its place comes back, so
 * that the student learns both from images that hold both. Labels teach where pixels are labelled, the teacher's most likely
 * class elsewhere, at half the weight, each by cross-entropy and Dice; it starts on labelled images that exchange boxes with
 * each other. The box is two thirds of each side, anywhere. Pseudo-labels keep the main part of each class, where the data are
 * of organs that exist once.
 */
export const bcp: Method = {
  name: 'bcp',
  description: 'labelled and unlabelled images exchange boxes, and the teacher labels what is unlabelled',
  reference: 'Bai et al., "Bidirectional copy-paste for semi-supervised medical image segmentation", CVPR 2023',
  defaults: {
    mixing: { labelled: 1, unlabelled: 0, area: [4 / 9, 4 / 9], aspect: 1 },
    consistency: { weight: 0.5, target: 'hard', threshold: 0, dice: 1, mainPart: 'auto' },
  },
  phases: ({ consistency }) => leadingPhases(consistency.start),
};
