import { z } from 'zod';

/** Settings of the network, as they stand in a configuration; image channels and classes come from the data. */
export const networkSettings = z.strictObject({
  widths: z
    .array(z.int().min(1).max(4096))
    .min(2)
    .max(8)
    .default([16, 32, 64, 128, 256])
    .describe('channels per level, fine to coarse'),
  stem: z
    .enum(['plain', 'space-to-depth'])
    .default('plain')
    .describe('plain: full resolution; space-to-depth: half of it'),
  normalisation: z
    .enum(['instance', 'batch'])
    .default('instance')
    .describe('statistics of each image, or of the batch'),
  upsampling: z.enum(['nearest', 'bilinear']).default('nearest').describe('how maps are doubled on the way up'),
  dropout: z.array(z.number().min(0).max(0.9)).default([]).describe('channel dropout per encoder level'),
});
/** The settings of the network, with every default filled in. */
export type NetworkSettings = z.infer<typeof networkSettings>;

/** L_Sup, the loss of labelled images. */
export const supervisedSettings = z.strictObject({
  dice: z.number().min(0).default(1).describe('weight of the Dice loss beside cross-entropy (paper: 0)'),
  deep: z
    .array(z.number().min(0))
    .max(6)
    .default([])
    .describe(
      "weights of the same loss at the decoder's coarser levels, 1/2 and 1/4 of the finest first; the model loses the heads that it needs",
    ),
});
export type SupervisedSettings = z.infer<typeof supervisedSettings>;

/** L_Reg, the teacher's consistency loss of unlabelled images. */
export const consistencySettings = z.strictObject({
  weight: z.number().min(0).default(1).describe('beta'),
  target: z.enum(['soft', 'hard']).default('hard').describe("the teacher's softmax, or its most likely class"),
  threshold: z.number().min(0).max(1).default(0.9).describe('pixels below this teacher confidence do not count'),
  dice: z.number().min(0).default(0).describe('weight of a Dice loss beside cross-entropy'),
  mainPart: z
    .enum(['auto', 'on', 'off'])
    .default('off')
    .describe(
      'hard targets keep only the main connected part of each class; auto: where slices of the labelled masks have no second one',
    ),
  start: z.number().min(0).max(1).default(0.25).describe('fraction of training with labels only'),
  ramp: z.number().min(0).max(1).default(0.2).describe('fraction of training over which beta rises to its weight'),
});
export type ConsistencySettings = z.infer<typeof consistencySettings>;

/** How Mean Teacher's certainty is asked for (`ua-mt`, `tripled-uncertainty`). */
export const uncertaintySettings = z.strictObject({
  passes: z.int().min(2).default(4).describe('disturbed predictions (paper: 8)'),
  noise: z.number().min(0).default(0.1).describe('standard deviation of the noise on images'),
  dropout: z.number().min(0).max(0.9).default(0.5).describe("dropout of the teacher's coarsest level in these"),
});
export type UncertaintySettings = z.infer<typeof uncertaintySettings>;

/** Self-training in rounds (`curriculum`). */
export const curriculumSettings = z.strictObject({
  rounds: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('how often the teacher labels anew; of so many parts of the surest pixels one more counts each time'),
});
export type CurriculumSettings = z.infer<typeof curriculumSettings>;

/** Boxes that images of the student's batch exchange: bidirectional copy-paste and CutMix. */
export const mixingSettings = z.strictObject({
  labelled: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'share of labelled images that exchange a box with an unlabelled one; with labels alone, with each other',
    ),
  unlabelled: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('share of unlabelled images that exchange one with each other'),
  paste: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('share of unlabelled images that get a box of a labelled one, its labels with it'),
  area: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .refine(([low, high]) => low <= high, 'a smallest and a largest area were expected')
    .default([0.1, 0.5])
    .describe("of a box, as a share of the image's"),
  aspect: z.number().min(1).default(2).describe('largest ratio of the sides of a box'),
});
export type MixingSettings = z.infer<typeof mixingSettings>;

/** L_PLGCL, the patch-wise contrastive loss. */
export const contrastSettings = z.strictObject({
  weight: z.number().min(0).default(0.5).describe('gamma'),
  at: z
    .enum(['encoder', 'decoder'])
    .default('encoder')
    .describe(
      "what is embedded: attended patches by the encoder, as in the paper, or the decoder's features of the step's own passes",
    ),
  hardAnchors: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'at the decoder: share of the anchors that are drawn, and pooled, where the student contradicts its target',
    ),
  hardNegatives: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe("share of a negative class's keys, those nearest to the anchor's class, that its mean is taken of"),
  reliable: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('at the decoder: least confidence of pixels that keys are made of'),
  warmUp: z.number().min(0).max(1).default(0.5).describe('fraction of training before the contrast joins'),
  patchSize: z.int().min(2).optional().describe('pixels per side; default: a quarter of the image'),
  delta: z.number().min(0).max(1).default(0.05).describe('least mean confidence of a candidate patch'),
  anchorsPerClass: z.int().min(1).default(8).describe('patches of each class and step that are queries'),
  positivesPerAnchor: z.int().min(1).default(4).describe('patches of its class that each of them is compared with'),
  loss: z
    .enum(['plgcl', 'jcl', 'info-nce'])
    .default('plgcl')
    .describe('keys of all classes as Gaussians, those of other classes one by one, or all one by one'),
  patches: z.enum(['all', 'labelled']).default('all').describe('images that patches are taken from'),
  positives: z
    .enum(['nearest-entropy', 'nearest-confidence', 'random'])
    .default('nearest-entropy')
    .describe('candidates of the class of an anchor that are its positives'),
  dimensions: z.int().min(2).default(128).describe('d, length of an embedding'),
  tau: z.number().positive().default(0.2).describe('temperature'),
  lambda: z.number().min(0).default(4).describe('covariance scale at the end of its ramp'),
  zeta: z.number().positive().optional().describe('weight of each negative class; default: keys per class and step'),
  keysPerClass: z.int().min(2).default(1024).describe('length of the ring buffer of each class'),
  leastKeys: z.int().min(2).default(32).describe('keys a class needs before it is compared with'),
  keys: z
    .enum(['teacher', 'student'])
    .default('teacher')
    .describe('network that embeds keys; student keeps one batch only at the encoder'),
  pseudoLabels: z.enum(['teacher', 'student']).default('teacher').describe('network that says what a patch shows'),
});
export type ContrastSettings = z.infer<typeof contrastSettings>;

/** The settings that methods read, as a schema: their types, ranges and defaults. */
export const methodSettings = z.strictObject({
  supervised: supervisedSettings.prefault({}),
  consistency: consistencySettings.prefault({}),
  mixing: mixingSettings.prefault({}),
  uncertainty: uncertaintySettings.prefault({}),
  curriculum: curriculumSettings.prefault({}),
  contrast: contrastSettings.prefault({}),
});
/** The settings that methods read, with every default filled in. */
export type MethodSettings = z.infer<typeof methodSettings>;
