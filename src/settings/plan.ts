import { PatchclError } from '../core/errors.ts';
import { indexedSplit } from '../data/class-indices.ts';
import { type ClassScheme, resolveClasses } from '../data/classes.ts';
import type { Dataset, Split } from '../data/dataset.ts';
import { type DataPlan, planData } from '../data/plan/plan.ts';
import { splitDataset } from '../data/split.ts';
import { totalStride } from '../nn/unet.ts';
import type { Config, RequestedConfig } from './config.ts';

/**
 * The data set divided as a configuration asks for, with masks as class indices.
 *
 * @throws PatchclError as `splitDataset` and `resolveClasses`
 */
export async function requestedSplit(
  dataset: Dataset,
  { labelled, data: { labelledFrom, valFraction, testFraction, ignore }, seed }: RequestedConfig,
): Promise<{ readonly split: Split; readonly scheme: ClassScheme }> {
  const count = labelled === undefined ? {} : { labelled };
  const drawn = splitDataset(dataset, { ...count, labelledFrom, valFraction, testFraction, seed });
  const scheme = await resolveClasses(dataset, drawn, ignore);
  return { split: indexedSplit(drawn, scheme), scheme };
}

/**
 * What a configuration leaves open, chosen from the training scans.
 *
 * @throws PatchclError as `planData`, and `bad-config` for a size that the network cannot halve often enough
 */
export async function planRun(
  dataset: Pick<Dataset, 'layout' | 'channels'>,
  split: Pick<Split, 'labelled' | 'unlabelled'>,
  { size, data, network: { widths, levels, stem }, predict: { largestParts }, augment }: RequestedConfig,
): Promise<DataPlan> {
  // Before scans are read; where the plan chooses the levels it takes two at least.
  if (size !== 'auto') checkSize(size, totalStride({ widths: widths === 'auto' ? [1, 1] : widths, stem }));
  const stemStride = totalStride({ widths: [1], stem });
  const { turned } = augment.weak;
  const plan = await planData(dataset, split, { ...data, size, widths, levels, largestParts, turned, stemStride });
  checkSize(plan.preparation.size, totalStride({ widths: plan.widths, stem }));
  return plan;
}

/** @param step pixels of the image per pixel of the coarsest level */
function checkSize(size: number, step: number): void {
  if (size % step === 0) return;
  const nearest = [Math.floor(size / step), Math.ceil(size / step)].map((steps) => steps * step);
  const problem = `${size} cannot be halved as often as the network does, a multiple of ${step} was expected`;
  const hint = `Try --size ${nearest.filter((side) => side > 0).join(' or ')}.`;
  throw new PatchclError('bad-config', problem, { subject: 'size', hint });
}

/**
 * Foreground classes of which only the largest connected part is kept in a segmented scan.
 *
 * @param single those that have no second one in the labelled masks
 */
export function cleanedClasses(
  { predict: { largestParts } }: Pick<RequestedConfig, 'predict'>,
  classes: readonly string[],
  single: readonly number[] = [],
): number[] {
  const all = classes.map((_, klass) => klass).slice(1);
  return largestParts === 'auto' ? all.filter((klass) => single.includes(klass)) : largestParts === 'on' ? all : [];
}

/**
 * The configuration with what a plan has chosen.
 *
 * @param plan of runs that were started before there were plans: undefined, they have asked for everything
 * @throws PatchclError `bad-file` when something is left open
 */
export function plannedConfig(
  requested: RequestedConfig,
  plan: { readonly size: number; readonly widths: readonly number[]; readonly turned?: number } | undefined,
): Config {
  const { augment, network } = requested;
  const size = plan?.size ?? requested.size;
  const widths = plan?.widths ?? network.widths;
  const turned = augment.weak.turned === 'auto' ? plan?.turned : augment.weak.turned;
  if (size !== 'auto' && widths !== 'auto' && turned !== undefined) {
    const weak = { ...augment.weak, turned };
    return { ...requested, size, network: { ...network, widths: [...widths] }, augment: { ...augment, weak } };
  }
  throw new PatchclError('bad-file', 'the record of the run lacks its plan', { hint: 'Start the run anew.' });
}
