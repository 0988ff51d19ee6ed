import type { TrainingPlan } from '../api/index.ts';
import { canJudge, isLabelledCase, labelStates, type ProjectCase } from '../project-case.ts';
import type { StudioProject } from '../studio-project.ts';
import { labelCounts } from './label-counts.ts';
import { validationPatients } from './validation-patients.ts';

/** What a training that is started now would learn from, and what would judge it. */
export interface PlannedTraining {
  /** Patients that are held out of it. */
  readonly validation: readonly string[];
  readonly trained: readonly ProjectCase[];
  readonly heldOut: readonly ProjectCase[];
  readonly unlabelled: readonly ProjectCase[];
  /** Held-out slices that do not judge, since their label is what a model proposed. */
  readonly acceptedOnly: number;
}

export function planTraining(project: StudioProject): PlannedTraining {
  const { cases, parts } = project;
  const validation = patientsHeldOut(project);
  const isTest = ({ item }: ProjectCase) => parts?.test.includes(item.id) === true;
  const isHeldOut = ({ item }: ProjectCase) =>
    validation.includes(item.patient) || parts?.val.includes(item.id) === true;
  const used = cases.filter((entry) => !isTest(entry) && entry.problem === undefined);
  const heldOut = used.filter((entry) => isHeldOut(entry) && canJudge(entry));
  const others = used.filter((entry) => !isHeldOut(entry));
  const ofHeldOut = used.filter(isHeldOut);
  return {
    validation,
    trained: others.filter(isLabelledCase),
    heldOut,
    unlabelled: others.filter((entry) => !isLabelledCase(entry)),
    acceptedOnly: ofHeldOut.flatMap(labelStates).filter((state) => state === 'accepted').length,
  };
}

/** Patients that judge, from now on: those a person has chosen, or those of before and others where there are too few. */
function patientsHeldOut({ cases, parts, settings }: StudioProject): readonly string[] {
  if (settings.isValidationChosen === true) return settings.validation;
  const able = cases.filter((entry) => canJudge(entry) && entry.problem === undefined);
  // A data set that says itself who judges needs no others.
  if (able.some(({ item }) => parts?.val.includes(item.id))) return settings.validation;
  const patients = [...new Set(able.map(({ item }) => item.patient))];
  return validationPatients(patients, settings.validation);
}

/** The plan as the page shows it. */
export function describePlan({ trained, heldOut, unlabelled, acceptedOnly }: PlannedTraining): TrainingPlan {
  const judging = (entry: ProjectCase) => labelStates(entry).filter((state) => state !== 'accepted').length;
  return {
    labels: labelCounts(trained),
    unlabelled: unlabelled.length,
    heldOut: heldOut.map((entry) => ({
      case: entry.item.id,
      patient: entry.item.patient,
      slices: judging(entry),
    })),
    acceptedOnly,
  };
}
