// A server that trains in a worker, so that its own thread stays free to answer: server DATA RUN STEPS
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type TrainingEvent, train } from 'patchcl';

if (isMainThread) {
  const [data = 'scans', out = 'runs/a', steps = '4000'] = process.argv.slice(2);
  const worker = new Worker(new URL(import.meta.url), { workerData: { data, out, steps: Number(steps) } });
  let last: TrainingEvent | undefined;
  worker.on('message', (event: TrainingEvent) => {
    last = event;
  });
  const server = createServer((_request, response) => response.end(JSON.stringify(last)));
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  worker.once('exit', () => server.close());
} else {
  const { data, out, steps } = workerData;
  const run = train({ data, out, settings: { labelled: 3, budget: { steps } } });
  for await (const event of run) parentPort?.postMessage(event);
}
