import { countOf } from '../../core/count-of.ts';
import { isLabel, type Project, type Runs } from '../../studio/api/index.ts';
import type { PageName } from './route.ts';

/** The steps of the work with a studio, in their order. */
export const STEPS = ['label', 'train', 'review', 'export'] as const;
export type Step = (typeof STEPS)[number];

export interface NextStep {
  readonly step: Step;
  /** A sentence or two. */
  readonly text: string;
  readonly page: PageName;
  readonly button: string;
}

/** Scans with labels from which on a training is worth its time. */
const ENOUGH = 2;

/** States in which a process works on a run. */
const UNDER_WAY = ['starting', 'training', 'pausing', 'finishing'];

/** What a person does best now. Undefined while the scans are not known. */
export function nextStep(project: Project | undefined, { runs, current, proposes }: Runs): NextStep | undefined {
  if (project === undefined || project.cases.length === 0) return undefined;
  const labelled = project.cases.filter(({ slices }) => slices.some(isLabel));
  const open = project.cases.length - labelled.length;
  const run = runs.find(({ id }) => id === current);
  if (run !== undefined && UNDER_WAY.includes(run.state)) {
    const text = `${run.id} is training. Watch it, or go on labelling: new labels count from the next training on.`;
    return { step: 'train', text, page: 'train', button: 'Watch' };
  }
  if (labelled.length < Math.min(ENOUGH, project.cases.length) && proposes === undefined) {
    const text = labelled.length === 0 ? 'Draw on some slices of two or three scans.' : 'Draw on one more scan.';
    return { step: 'label', text, page: 'label', button: 'Label' };
  }
  const model = runs.find(({ id }) => id === proposes?.run);
  if (model === undefined) {
    const text = `${haveLabels(labelled.length)}. Train a model on them.`;
    return { step: 'train', text, page: 'train', button: 'Train' };
  }
  const learned = new Set([...(model.trained ?? []), ...model.validation]);
  const fresh = model.trained === undefined ? 0 : labelled.filter(({ id }) => !learned.has(id)).length;
  if (open > 0 && fresh < ENOUGH) {
    const text = `${model.id} proposes labels for ${open === 1 ? 'the scan' : `${open} scans`} without any. Accept, correct or reject them.`;
    return { step: 'review', text, page: 'review', button: 'Review' };
  }
  if (fresh > 0) {
    const text = `${haveLabels(fresh)} that ${model.id} has not learned from. Train again.`;
    return { step: 'train', text, page: 'train', button: 'Train' };
  }
  return {
    step: 'export',
    text: 'Every scan has labels. Download them as masks, and the model as one file.',
    page: 'scans',
    button: 'Masks',
  };
}

function haveLabels(scans: number): string {
  return `${countOf(scans, 'scan')} ${scans === 1 ? 'has' : 'have'} labels`;
}
