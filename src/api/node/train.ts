import { startTraining, type Training, type TrainOptions } from '../train.ts';
import { nodeSurroundings } from './surroundings.ts';

/**
 * Trains a segmenter from scans of which few have masks. Starts at once; computes on threads of its own, but reads and prepares
 * the data on the caller's, so a server does it in a worker.
 *
 * @example
 * const run = train({ data: 'scans', out: 'runs/a', settings: { budget: { minutes: 10 } } });
 * for await (const event of run) if (event.type === 'validation') console.log(event.step, event.dice.teacher);
 * const { model, bestDice } = await run.result;
 */
export function train(options: TrainOptions): Training {
  return startTraining(options, nodeSurroundings());
}
