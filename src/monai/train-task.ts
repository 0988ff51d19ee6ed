import type { Run } from '../studio/api/index.ts';
import type { StudioBackend } from '../studio/backend.ts';
import { PATCHCL } from './models.ts';

/** A training as MONAI Label tells it; times are seconds since 1970. */
export interface TrainTask {
  readonly id: string;
  readonly type: 'train';
  readonly status: 'SUBMITTED' | 'RUNNING' | 'DONE' | 'ERROR' | 'STOPPED';
  readonly start_ts: number;
  readonly end_ts?: number;
  readonly request: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  /** What is to be said about it, never empty. */
  readonly details: readonly string[];
}

const STATUS: Readonly<Record<Run['state'], TrainTask['status']>> = {
  starting: 'SUBMITTED',
  training: 'RUNNING',
  pausing: 'RUNNING',
  finishing: 'RUNNING',
  paused: 'STOPPED',
  interrupted: 'STOPPED',
  stopped: 'STOPPED',
  crashed: 'ERROR',
  finished: 'DONE',
};

/** Whether a process works on it. */
export const isRunning = ({ status }: TrainTask) => status === 'SUBMITTED' || status === 'RUNNING';

/** The training that is under way or was last; undefined when there was none. */
export async function currentTask({ training }: StudioBackend): Promise<TrainTask | undefined> {
  const { current } = await training.runs.list();
  return current === undefined ? undefined : taskOf(training, await training.runs.describe(current));
}

export function taskOf({ runs }: StudioBackend['training'], run: Run): TrainTask {
  const { id, state, created, ended, best } = run;
  const status = STATUS[state];
  return {
    id,
    type: 'train',
    status,
    start_ts: seconds(created),
    ...(ended !== undefined && { end_ts: seconds(ended) }),
    request: { model: PATCHCL, ...runs.known(id).stored.request },
    ...(status === 'DONE' && { result: { model: id, ...(best && { step: best.step, dice: best.dice }) } }),
    details: detailsOf(run),
  };
}

function detailsOf({ id, state, labels, progress, best, problem }: Run): string[] {
  const scans = `${labels.slices} labelled slices of ${labels.cases} scans`;
  return [
    `${id} learns from ${scans}`,
    ...(progress ? [`step ${progress.step}${progress.totalSteps === null ? '' : ` of ${progress.totalSteps}`}`] : []),
    ...(best ? [`best so far: step ${best.step}${best.dice === null ? '' : `, Dice ${best.dice.toFixed(3)}`}`] : []),
    ...(problem === undefined ? [] : [problem]),
    state,
  ];
}

function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
