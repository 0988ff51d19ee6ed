import { type Answer, serve } from '../../testing/serve.ts';
import { type NodeRuntimeOptions, nodeRuntime } from '../runtime.ts';

/* A process that serves a runtime to the test that started it. */

const answer = serve(nodeRuntime(JSON.parse(process.argv[2] ?? '{}') as NodeRuntimeOptions));

process.on('message', async ([id, ...request]: [number, ...Parameters<Answer>]) => {
  const reply = await answer(...request).then(
    (value) => ({ value }),
    (error: Error) => ({ error: error.message }),
  );
  process.send?.([id, reply]);
});
