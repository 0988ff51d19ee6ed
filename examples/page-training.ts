// In a worker of a page: trains on the files of a folder that a person chose, and hands back events and the model.
import { train } from 'patchcl/browser';

interface Order {
  readonly files: readonly File[];
  readonly steps: number;
}

addEventListener('message', async ({ data: { files, steps } }: MessageEvent<Order>) => {
  const run = train({ data: files, settings: { labelled: 3, budget: { steps } } });
  for await (const event of run) postMessage(event);
  const { model, bestDice } = await run.result;
  postMessage({ type: 'model', model, bestDice });
});
