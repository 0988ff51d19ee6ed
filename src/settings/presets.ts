import { DEFAULT_MINUTES } from './budget.ts';
import type { ConfigInput } from './config.ts';

/** What does best within minutes on a CPU. */
const MINUTES = {
  network: { stem: 'space-to-depth' },
  // What these two bought is measured in docs/results.md.
  supervised: { deep: [0.5, 0.25] },
  augment: { weak: { turned: 'auto' } },
  // Labels first: a step with unlabelled images costs more than two without, and pays once pseudo-labels are good.
  consistency: { start: 0.4 },
} as const satisfies ConfigInput;

/**
 * Named sets of settings, laid over the schema's defaults. `default` is what does best within minutes on a CPU, `contrast` the same
 * with PatchCL's contrast of patches; `paper` is the method to the letter, `thorough` is for an hour or more; what differs and what
 * it bought stands in docs/presets.md.
 */
export const PRESETS: Readonly<Record<string, ConfigInput>> = {
  default: { preset: 'default', ...MINUTES },
  thorough: {
    preset: 'thorough',
    data: { largest: 192 },
    network: { stem: 'space-to-depth', levels: 5 },
    batch: { labelled: 6, unlabelled: 6 },
    consistency: { start: 0.1 },
    contrast: { warmUp: 0.2 },
  },
  paper: {
    preset: 'paper',
    size: 256,
    data: { crop: 1 },
    network: { widths: [16, 32, 64, 128, 256], stem: 'plain', normalisation: 'batch', upsampling: 'bilinear' },
    supervised: { dice: 0 },
    consistency: { weight: 4, target: 'soft', threshold: 0, start: 0, ramp: 0 },
    // 50 epochs of the field's usual 300: warm-up is a fraction here, so that it scales with the budget.
    contrast: { warmUp: 1 / 6, keys: 'student', leastKeys: 8, pseudoLabels: 'student' },
    optimiser: { kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 1e-4, rampSteps: 0 },
    augment: { labelledStrong: 0, weak: { rotation: 0.35, scale: 0, shift: 0 } },
  },
  // Small enough that `patchcl demo` trains two models within minutes.
  demo: {
    preset: 'demo',
    size: 64,
    network: { widths: [16, 32, 64], stem: 'space-to-depth' },
    batch: { labelled: 8, unlabelled: 8 },
    consistency: { threshold: 0.8 },
    validations: 6,
  },
  contrast: { preset: 'contrast', ...MINUTES },
};

/** What PatchCL's unlabelled images are worth most with; measured in docs/presets.md. */
const UNLABELLED = {
  mixing: { paste: 1 },
  consistency: { dice: 1, threshold: 0.8, mainPart: 'auto' },
} as const satisfies ConfigInput;

const WITH_CONTRAST = { ...UNLABELLED, contrast: { weight: 0.1 } } as const satisfies ConfigInput;
const CONTRASTIVE = { patchcl: WITH_CONTRAST, 'info-nce': WITH_CONTRAST, jcl: WITH_CONTRAST };

/** What a preset says of single methods, laid over these methods' own defaults. */
export const METHOD_PRESETS: Readonly<Record<string, Readonly<Record<string, ConfigInput>>>> = {
  // Within minutes the contrast takes time and buys nothing that could be measured (docs/results.md).
  default: { ...CONTRASTIVE, patchcl: { ...UNLABELLED, contrast: { weight: 0 } } },
  contrast: CONTRASTIVE,
  thorough: CONTRASTIVE,
  demo: CONTRASTIVE,
};

/** The preset that stands for whichever of the others suits the time that there is. */
export const AUTO_PRESET = 'auto';

/** Minutes of one core from which on `thorough` is the better one; measured in docs/presets.md. */
const THOROUGH_MINUTES = 40;

/**
 * Which preset {@link AUTO_PRESET} means. Steps say nothing about time: they mean `default`.
 *
 * @param cores that train together; minutes of the processors are those of one core already
 */
export function presetOfBudget(
  { steps, minutes = DEFAULT_MINUTES, clock = 'wall' }: NonNullable<ConfigInput['budget']>,
  cores: number,
): 'default' | 'thorough' {
  const coreMinutes = clock === 'cpu' ? minutes : minutes * cores;
  return steps === undefined && coreMinutes >= THOROUGH_MINUTES ? 'thorough' : 'default';
}
