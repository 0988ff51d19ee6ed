import type { StudioBackend } from '../studio/backend.ts';
import { Refusal } from '../studio/refusal.ts';
import { type Segment, segmentsOfModel } from './segments.ts';

/** The one trainer, and the model that proposes, whichever run that is. */
export const PATCHCL = 'patchcl';

/** A model as other programs ask for it. */
export interface AskedModel {
  readonly run: string;
  readonly step: number;
  readonly segments: readonly Segment[];
}

/**
 * @param name of a run or a loaded model, or `patchcl` for the one that proposes
 * @throws Refusal 404, 409 when there is none yet
 */
export async function modelNamed(studio: StudioBackend, name: string): Promise<AskedModel> {
  const { runs } = studio.training;
  // Forms write a space as +, and clients treat names in paths as if they were forms.
  const run = runs.all.some(({ stored }) => stored.id === name) ? name : name.replaceAll('+', ' ');
  const weights = await studio.proposals.modelOf(name === PATCHCL ? undefined : run);
  const { stored } = runs.known(weights.run);
  const segments = segmentsOfModel(studio.project.settings, stored);
  if (segments.length > 0) return { ...weights, segments };
  throw new Refusal(409, 'the model knows no class of the project any more', { subject: weights.run });
}
