import { labelsOnly, type Method } from '../methods/index.ts';
import type { RequestedConfig } from './config.ts';

/** How many images of each kind a training would see. */
export interface ImageCounts {
  readonly labelled: number;
  readonly unlabelled: number;
  /** What is counted; default: images. */
  readonly unit?: 'image' | 'scan';
}

/** Share of the labelled images that the unlabelled ones are at least, for `data.unlabelled: auto` to let them take part. */
export const LEAST_UNLABELLED = 0.25;

/** Whether unlabelled images take part in a training, and why. */
export interface UnlabelledUse {
  readonly takePart: boolean;
  /** What a person should know of it: a sentence without the final stop. Absent for methods that learn from labels alone anyway. */
  readonly note?: string;
}

/**
 * A step with unlabelled images costs more than two without: where there are none, or hardly any, a method does better with labels
 * alone, and by construction no worse.
 */
export function unlabelledUse(
  method: Method,
  config: RequestedConfig,
  { labelled, unlabelled, unit = 'image' }: ImageCounts,
): UnlabelledUse {
  const first = method.phases(config).find((phase) => phase.usesUnlabelled);
  if (first === undefined) return { takePart: false };
  const { name } = method;
  const asked = config.data.unlabelled;
  if (asked === 'off') return { takePart: false, note: `${name} learns from labels alone, as data.unlabelled says` };
  const why = unlabelled === 0 ? `there are no unlabelled ${unit}s` : fewText({ labelled, unlabelled, unit });
  if (asked === 'auto' && why !== undefined) {
    const otherwise = unlabelled === 0 ? 'takes the labelled ones for unlabelled too' : 'lets them take part';
    return { takePart: false, note: `${name} learns from labels alone, as ${why}; data.unlabelled=on ${otherwise}` };
  }
  const images =
    unlabelled === 0 ? `the ${labelled} labelled ${unit}s, as there are no others,` : `${unlabelled} ${unit}s`;
  const start = first.start === 0 ? 'the start' : `${Math.round(100 * first.start)} % of training`;
  const contrast = name === 'patchcl' && !contrastsPatches(config) ? ', without the contrast of patches' : '';
  return { takePart: true, note: `unlabelled: ${images} take part from ${start} on${contrast}` };
}

/** Whether a training by PatchCL contrasts patches, as far as the settings say. */
export function contrastsPatches({ method, contrast }: Pick<RequestedConfig, 'method' | 'contrast'>): boolean {
  return method === 'patchcl' && contrast.weight > 0;
}

function fewText({ labelled, unlabelled, unit }: Required<ImageCounts>): string | undefined {
  if (unlabelled >= LEAST_UNLABELLED * labelled) return undefined;
  const are = unlabelled === 1 ? `1 unlabelled ${unit} is` : `${unlabelled} unlabelled ${unit}s are`;
  return `${are} less than a quarter of ${labelled} labelled ones`;
}

/** A method as it trains where unlabelled images take no part. */
export function withLabelsAlone({ buffers: _, ...method }: Method): Method {
  return { ...method, phases: () => [labelsOnly] };
}
