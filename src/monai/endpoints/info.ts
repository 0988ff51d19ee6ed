import { isLabel, type Run } from '../../studio/api/index.ts';
import { describeCase } from '../../studio/project-case.ts';
import type { MonaiContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { PATCHCL } from '../models.ts';
import { namedValues, type Segment, segmentsOf, segmentsOfModel } from '../segments.ts';

/** What ways there are to choose the next scan. */
export const STRATEGIES = {
  next: { description: 'What to label next, as the studio ranks it', config: {} },
  first: { description: 'The first scan without a label', config: {} },
  random: { description: 'Any scan without a label', config: {} },
} as const;

/** What the project has: classes, models, trainings, how much is labelled. */
export const info: Endpoint = async (context) => {
  const { studio } = context;
  const { project, host } = studio;
  const segments = segmentsOf(project.settings);
  const { runs } = await studio.training.runs.list();
  return {
    json: {
      name: `patchcl: ${project.describe().name}`,
      description: 'A patchcl studio. A research tool, not a medical device.',
      version: host.version,
      labels: segments.map(({ name }) => name),
      models: await modelsOf(context, runs),
      trainers: {
        [PATCHCL]: {
          description: 'Trains on the labels as they are now; stopped early, it keeps the best weights so far',
          config: { minutes: 10 },
        },
      },
      strategies: STRATEGIES,
      scoring: {},
      train_stats: statsOf(runs),
      datastore: labelledOf(context),
    },
  };
};

/** How many scans there are, and how many of them have a label. */
export function labelledOf({ studio }: MonaiContext) {
  const { cases } = studio.project;
  const completed = cases.map(describeCase).filter(({ slices }) => slices.some(isLabel)).length;
  return { total: cases.length, completed, label_tags: completed === 0 ? {} : { final: completed }, train: [] };
}

/** The model that proposes, and every single one. */
async function modelsOf({ studio }: MonaiContext, runs: readonly Run[]) {
  const { proposing, project, training } = studio;
  const current = await proposing.current();
  const named: Record<string, unknown> = {};
  const add = (name: string, run: string, description: string) => {
    const segments = segmentsOfModel(project.settings, training.runs.known(run).stored);
    if (segments.length > 0) named[name] = modelOf(segments, description);
  };
  if (current !== undefined) add(PATCHCL, current.run, `The model that proposes now: ${current.run}`);
  for (const { id, hasModel, method, best } of runs) {
    if (!hasModel || id === PATCHCL) continue;
    add(id, id, `${method}${best?.dice == null ? '' : `, validation Dice ${best.dice.toFixed(3)}`}`);
  }
  return named;
}

function modelOf(segments: readonly Segment[], description: string) {
  return { type: 'segmentation', labels: namedValues(segments), dimension: 3, description, config: {} };
}

/** How far the training of now, or the last one, is; steps are what others call epochs. */
function statsOf(runs: readonly Run[]) {
  const run = runs.findLast(({ kind }) => kind === 'run');
  if (run === undefined) return {};
  const { progress, best, created, ended } = run;
  const isKnown = progress?.totalSteps != null;
  return {
    [PATCHCL]: {
      // Clients divide by it; until the training is planned to its time, nothing of it is done.
      epoch: isKnown ? progress.step : 0,
      total_epochs: isKnown ? Math.max(1, progress.totalSteps as number) : 1,
      ...(best?.dice != null && { best_metric: best.dice }),
      ...(ended !== undefined && { total_time: (Date.parse(ended) - Date.parse(created)) / 1000 }),
    },
  };
}
