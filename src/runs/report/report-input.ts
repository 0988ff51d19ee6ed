import { baseName, type Files, readText } from '../../core/files.ts';
import type { ReportInput, TrainingFacts } from '../../report/input.ts';
import type { Config } from '../../settings/config.ts';
import { configYaml } from '../../settings/load-config.ts';
import type { BestWeights } from '../best-weights.ts';
import { readClock } from '../clock.ts';
import type { RunFacts } from '../facts.ts';
import { parseCsv } from '../logs/csv.ts';
import { runPath } from '../run-folder.ts';
import { chartsOf } from './charts.ts';
import { hasPatches } from './patch-view.ts';
import { CHANGED } from './without-names.ts';

/** What is known about a run that is to be reported. */
export interface ReportedRun {
  readonly run: string;
  readonly config: Config;
  readonly facts: RunFacts;
  readonly best: BestWeights;
  /** Seconds since the Unix epoch. */
  readonly created: number;
}

/** Title, curves, facts and configuration of a run's report. */
export async function reportInput(files: Files, reported: ReportedRun): Promise<ReportInput> {
  const { run, config, facts, created } = reported;
  const path = runPath(run, 'metrics');
  const { rows } = parseCsv(await readText(files, path), path);
  const training = { steps: rows.at(-1)?.step ?? 0, minutes: (await readClock(files, run)).elapsedSeconds / 60 };
  return {
    title: `${config.method} on ${baseName(facts.data)}`,
    subtitle: `Run ${run}`,
    created: dateText(new Date(created * 1000).toISOString()),
    training: trainingFacts(reported, training),
    classes: facts.classes,
    ...(facts.values && { values: facts.values }),
    config: configYaml(config),
    charts: chartsOf(rows),
  };
}

/** `2026-01-31T09:05:00Z` as `2026-01-31 09:05 UTC`. */
export function dateText(date: string): string {
  return `${date.slice(0, 16).replace('T', ' ')} UTC`;
}

function trainingFacts(
  { config, facts, best }: ReportedRun,
  training: Pick<TrainingFacts, 'steps' | 'minutes'>,
): TrainingFacts {
  const { budget } = config;
  const dice = best.dice === null ? '' : `, validation Dice ${best.dice.toFixed(4)}`;
  return {
    ...training,
    method: config.method,
    preset: config.preset,
    parts: Object.entries(facts.counts).map(([name, count]) => ({ name, ...count })),
    imageSize: [config.size, config.size],
    seed: config.seed,
    ...(budget.steps !== undefined || budget.minutes !== undefined
      ? {
          budget:
            budget.steps !== undefined ? `${budget.steps.toLocaleString('en')} steps` : `${budget.minutes} minutes`,
        }
      : {}),
    device: facts.device,
    versions: facts.versions,
    more: {
      'weights kept': `${best.network} of step ${best.step}${dice}`,
      ...contrastFact(config, facts),
      ...(facts.date !== undefined && { started: dateText(facts.date) }),
      ...(facts.changes !== undefined && { [CHANGED]: facts.changes }),
      ...(facts.command !== undefined && { command: facts.command }),
    },
  };
}

/** Whether PatchCL's contrast took part: the preset leaves it out where it gains nothing. */
function contrastFact(config: Config, facts: RunFacts): Record<string, string> {
  if (config.method !== 'patchcl') return {};
  const { weight, at, warmUp } = config.contrast;
  const start = `from ${Math.round(100 * warmUp)} % of training on`;
  const why = facts.plan?.labelsAlone === true ? 'labels alone' : 'contrast.weight is 0';
  return {
    'contrast of patches': hasPatches(config, facts) ? `weight ${weight}, at the ${at}, ${start}` : `off: ${why}`,
  };
}
