import type { TrainingRequest } from '../../studio/api/index.ts';
import { trainingRequestSchema } from '../../studio/api/training.ts';
import { checked } from '../../studio/checked.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { Params } from '../asked.ts';
import type { MonaiContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { PATCHCL } from '../models.ts';
import { currentTask, isRunning, type TrainTask, taskOf } from '../train-task.ts';

/** Milliseconds that the end of a training is waited for: it writes its checkpoint, its model and its report. */
const LONGEST_END = 120_000;

/** Starts the one trainer there is, and tells the task. */
export const trainModel: Endpoint = async (context, asked) => {
  const model = asked.ids.model as string;
  if (model !== PATCHCL) {
    throw new Refusal(404, 'there is no such trainer', { subject: model, hint: `There is ${PATCHCL}.` });
  }
  return { json: await start(context, await asked.json()) };
};

/** Starts it too, and tells the task by the name of its trainer. */
export const train: Endpoint = async (context, asked) => {
  const task = await start(context, await asked.json());
  return { json: { [PATCHCL]: { result: task, detail: null } } };
};

/** The training that is under way or was last. */
export const trainStatus: Endpoint = async ({ studio }, { query }) => {
  const task = await currentTask(studio);
  if (task === undefined) throw new Refusal(404, 'there was no training yet');
  if (query.get('check_if_running') !== 'true' || isRunning(task)) return { json: task };
  throw new Refusal(404, 'no training is under way');
};

/** Ends a training; the best weights so far become its model. */
export const stopTraining: Endpoint = async ({ studio }) => {
  const task = await currentTask(studio);
  if (task === undefined || !isRunning(task)) throw new Refusal(404, 'no training is under way');
  await studio.training.stop(task.id);
  const start = Date.now();
  for (;;) {
    const now = taskOf(studio.training, await studio.training.runs.describe(task.id));
    if (!isRunning(now) || Date.now() - start > LONGEST_END) return { json: now };
    await new Promise((wake) => setTimeout(wake, 50));
  }
};

/** @throws Refusal 429 while another one is under way, 409 without labels, 400 for settings that there are not */
async function start({ studio }: MonaiContext, params: Params): Promise<TrainTask> {
  const request = requestOf(params);
  const task = await currentTask(studio);
  if (task !== undefined && isRunning(task)) {
    throw new Refusal(429, 'a training is under way', { subject: task.id, hint: 'Stop it, or wait for its end.' });
  }
  return taskOf(studio.training, await studio.training.start(request));
}

/** What clients send beside settings. */
const NO_SETTINGS = ['client_id', 'model', PATCHCL];

/** Settings stand at the top, or below the name of the trainer. */
function requestOf(params: Params): TrainingRequest {
  const below = params[PATCHCL];
  const all = { ...params, ...(typeof below === 'object' ? below : {}) };
  const settings = Object.entries(all).filter(([name]) => !NO_SETTINGS.includes(name));
  return checked(trainingRequestSchema, Object.fromEntries(settings), 'request') as TrainingRequest;
}
