import { z } from 'zod';
import type { WeakOptions } from '../data/augment/weak.ts';
import { NORMALISATIONS } from '../data/normalise.ts';
import { problemOfPatients } from '../data/patients/setting.ts';
import { PERCENTAGE } from '../data/split.ts';
import { isOrientation } from '../imaging/orientation.ts';
import { METHODS, methodSettings, type NetworkSettings, networkSettings } from '../methods/index.ts';

/** @param what `max` means */
const change = (probability: number, max: number, what: string) =>
  z
    .strictObject({
      probability: z.number().min(0).max(1).default(probability).describe('share of images that are changed so'),
      max: z.number().min(0).default(max).describe(what),
    })
    .prefault({});

const augmentSettings = z.strictObject({
  weak: z
    .strictObject({
      rotation: z.number().min(0).default(0.5).describe('radians to either side'),
      rightAngles: z.boolean().default(true).describe('turn by quarters too'),
      flip: z.boolean().default(true).describe('mirror at both axes'),
      turned: z
        .union([z.literal('auto'), z.number().min(0).max(1)], "a share from 0 to 1, or 'auto', was expected")
        .default(1)
        .describe(
          'share of the images that are mirrored and turned by quarters; auto: 0.25 where labelled masks say that scans lie alike, else 1',
        ),
      scale: z.number().min(0).default(0.25).describe('largest logarithm of the zoom'),
      shift: z.number().min(0).max(1).default(0.1).describe('fraction of the side'),
    })
    .prefault({}),
  strong: z
    .strictObject({
      gamma: change(0.7, 0.6, 'largest logarithm of the exponent'),
      contrast: change(0.7, 0.4, 'largest change of the factor around the mean'),
      brightness: change(0.7, 0.2, 'largest shift, where intensities lie in [0, 1]'),
      channels: change(0.7, 0.15, 'largest shift of single channels, where there are several'),
      blur: change(0.4, 0.33, 'largest strength of the blur'),
      noise: change(0.7, 0.06, 'largest standard deviation of the noise'),
      cutout: z
        .strictObject({
          probability: z.number().min(0).max(1).default(0.5).describe('share of images with boxes cut out'),
          max: z
            .number()
            .min(0)
            .max(1)
            .default(0.33)
            .describe('largest side of a box, as a share of the side of the image'),
          count: z.int().min(0).default(1).describe('boxes in an image'),
          fill: z.enum(['mean', 'zero']).default('mean').describe('what stands in a box'),
        })
        .prefault({}),
    })
    .prefault({}),
  labelledStrong: z
    .number()
    .min(0)
    .max(1)
    .default(0.7)
    .describe('share of steps whose labelled images are strongly augmented'),
});

const optimiserSettings = z.strictObject({
  kind: z.enum(['adamw', 'sgd']).default('adamw').describe('how parameters move'),
  learningRate: z.number().positive().default(2e-3).describe('at its highest'),
  weightDecay: z.number().min(0).default(1e-2).describe('pull of the weights towards 0'),
  momentum: z.number().min(0).max(1).default(0.9).describe("SGD's momentum, AdamW's first beta"),
  rampSteps: z.int().min(0).default(50).describe('steps over which the learning rate rises'),
  power: z.number().min(0).default(0.9).describe('polynomial decay: learning rate * (1 - progress)^power'),
});

const LABELLED = 'a number of patients or a share such as 5% was expected';

/** The name of a method among those that are known. */
export const methodSchema = (names: readonly string[]) =>
  z
    .enum(names as [string, ...string[]], { error: ({ input }) => `there is no method "${input}"` })
    .default(DEFAULT_METHOD)
    .describe('how to train');

export const DEFAULT_METHOD = 'patchcl';

/** Everything a training run can be told, with defaults; presets lie over them. */
export const configSchema = z.strictObject({
  method: methodSchema(METHODS.map(({ name }) => name)),
  preset: z.string().default('default').describe('named set of settings that others lie over'),
  seed: z.int().min(0).default(1).describe('of split, weights, batches and augmentation'),
  size: z
    .union([z.literal('auto'), z.int().min(16).max(2048)], "pixels from 16 to 2048, or 'auto', were expected")
    .default('auto')
    .describe('side of the training images, pixels; auto: that of the slices, at most data.largest'),
  labelled: z
    .union([z.int().min(1), z.string().regex(PERCENTAGE, LABELLED)], LABELLED)
    .optional()
    .describe('patients whose masks are used, as a number or a share such as 5%; default: all that have one'),
  budget: z
    .strictObject({
      steps: z.int().min(1).optional().describe('training steps'),
      minutes: z.number().positive().optional().describe('minutes for reading, training and validating'),
      clock: z
        .enum(['wall', 'cpu'])
        .default('wall')
        .describe(
          'what counts the minutes: the clock, or the processors, all threads together, fair on a shared machine',
        ),
    })
    .prefault({}),
  data: z
    .strictObject({
      largest: z
        .int()
        .min(16)
        .max(2048)
        .multipleOf(16, 'a multiple of 16 was expected')
        .default(144)
        .describe('most pixels per side that size: auto chooses; tiles have 96 at most'),
      crop: z
        .union([z.literal('auto'), z.number().positive().max(1)])
        .default('auto')
        .describe(
          'fraction of each side kept around the centre; auto: what holds the foreground of the labelled masks',
        ),
      orientation: z
        .union([z.enum(['auto', 'stored']), z.string().refine(isOrientation, 'an orientation such as LPS')])
        .default('auto')
        .describe(
          'axes i, j, k of the scans while training, k the axis of the slices, e.g. LPS; auto: slices across the coarsest spacing',
        ),
      fit: z
        .enum(['stretch', 'pad'])
        .optional()
        .describe('slices that are not square; default: stretch for SSL4MIS data, else pad, which keeps shapes'),
      context: z
        .int()
        .min(0)
        .max(4)
        .default(0)
        .describe('neighbouring slices on each side that the network sees as further channels; pictures have none'),
      tiles: z
        .enum(['auto', 'on', 'off'])
        .default('auto')
        .describe(
          'train and predict on tiles of the pictures; auto: where small things in large pictures would be lost else',
        ),
      tileScale: z.number().positive().default(1).describe('pixels of a tile per pixel of the picture'),
      normalise: z
        .enum(NORMALISATIONS)
        .optional()
        .describe('default: window for CT, unit where all intensities lie in [0, 1], else percentile'),
      window: z
        .tuple([z.number(), z.number()])
        .refine(([low, high]) => low < high, 'two rising intensities were expected')
        .optional()
        .describe(
          'intensities that become 0 and 1 in every volume, e.g. [-160, 240]; default: from the labelled foreground',
        ),
      patients: z
        .union([z.int(), z.string()], 'a word, a level of folders, a CSV file or a pattern was expected')
        .check(({ value, issues }) => {
          const message = problemOfPatients(value);
          if (message !== undefined) issues.push({ code: 'custom', input: value, message });
        })
        .default('auto')
        .describe(
          'how patients are told apart: auto, scan (each its own), a level of folders (1 outermost, -1 innermost), a CSV file (scan,patient), or a pattern with a group',
        ),
      ignore: z
        .int()
        .min(0)
        .max(255)
        .optional()
        .describe('value of voxels in masks that nobody has annotated: they take no part in losses and metrics'),
      unlabelled: z
        .enum(['auto', 'on', 'off'])
        .default('auto')
        .describe(
          'whether unlabelled images take part; auto: where they are at least a quarter as many as the labelled ones',
        ),
      labelledFrom: z
        .int()
        .min(0)
        .default(0)
        .describe('annotated training patients to pass over before the labelled ones are taken: another fold'),
      valFraction: z.number().min(0).max(0.9).default(0.15).describe('share of the annotated patients for validation'),
      testFraction: z
        .number()
        .min(0)
        .max(0.9)
        .default(0.15)
        .describe('share of the annotated patients for the final test'),
    })
    .prefault({}),
  network: networkSettings
    .extend({
      widths: z
        .union([z.literal('auto'), networkSettings.shape.widths])
        .default('auto')
        .describe('channels per level, fine to coarse; auto: by the size of the images'),
      levels: z.int().min(2).max(8).default(4).describe('most levels that widths: auto chooses'),
    })
    .prefault({}),
  ...methodSettings.shape,
  batch: z
    .strictObject({
      labelled: z.int().min(1).default(12).describe('labelled images of a step'),
      unlabelled: z.int().min(1).default(12).describe('unlabelled images of a step'),
      byClass: z
        .number()
        .min(0)
        .max(1)
        .default(0)
        .describe(
          'share of the labelled images that are drawn class by class, so that rare classes come as often as others',
        ),
    })
    .prefault({}),
  optimiser: optimiserSettings.prefault({}),
  ema: z.number().min(0).max(1).default(0.99).describe('alpha; the decay of step t is min(1 - 1 / (t + 1), alpha)'),
  augment: augmentSettings.prefault({}),
  validations: z.int().min(1).default(8).describe('validations, evenly over training'),
  predict: z
    .strictObject({
      flips: z
        .boolean()
        .default(false)
        .describe('average over the mirror images of each slice when segmenting, at four times the cost'),
      largestParts: z
        .enum(['auto', 'on', 'off'])
        .default('auto')
        .describe(
          'keep only the largest connected part of each class; auto: of classes that have no second one in the labelled masks',
        ),
    })
    .prefault({}),
  report: z
    .strictObject({
      names: z
        .boolean()
        .default(false)
        .describe(
          'name cases and folders in report.html; without it cases are numbered, so that the report can be handed on',
        ),
    })
    .prefault({}),
  device: z.enum(['auto', 'cpu', 'webgpu', 'cuda']).default('auto').describe('what computes; auto: cpu'),
  threads: z.int().min(1).optional().describe('default: all cores'),
});

/** The same as a run keeps it, which may have been trained by a method of somebody's own. */
export const storedConfigSchema = configSchema.extend({ method: z.string().default(DEFAULT_METHOD) });

/** A configuration as a person gives it: some of it may be left to the plan, as `auto`. */
export type RequestedConfig = z.infer<typeof storedConfigSchema>;

/** A configuration with everything decided, as a run trains with. */
export interface Config extends Omit<RequestedConfig, 'size' | 'network' | 'augment'> {
  readonly size: number;
  readonly network: NetworkSettings;
  readonly augment: Omit<RequestedConfig['augment'], 'weak'> & { readonly weak: WeakOptions };
}

export type ConfigInput = z.input<typeof configSchema>;
