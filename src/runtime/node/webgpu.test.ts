import { afterAll, beforeAll, describe } from 'vitest';
import { describeOperators, describeTraining } from '../testing/conformance.ts';
import type { RemoteRuntime } from '../testing/serve.ts';
import { noVulkan, softwareWebgpu } from './testing/webgpu.ts';

const reason = noVulkan();

describe.skipIf(reason !== undefined)(`WebGPU in Node${reason === undefined ? '' : `: skipped, ${reason}`}`, () => {
  let runtime: RemoteRuntime;
  beforeAll(async () => {
    runtime = await softwareWebgpu();
  });
  afterAll(() => runtime?.close());

  describeOperators(() => runtime);
  describeTraining(() => runtime, { steps: 2 });
});
