import { afterAll, beforeAll, describe } from 'vitest';
import { COVERING, describeCovering, describeOperators, describeTraining } from '../testing/conformance.ts';
import type { RemoteRuntime } from '../testing/serve.ts';
import { noVulkan, softwareWebgpu } from './testing/webgpu.ts';

const reason = noVulkan();

describe.skipIf(reason !== undefined)(`WebGPU in Node${reason === undefined ? '' : `: skipped, ${reason}`}`, () => {
  let runtime: RemoteRuntime;
  beforeAll(async () => {
    runtime = await softwareWebgpu();
  });
  afterAll(() => runtime?.close());

  describeOperators(() => runtime, { hasBlocks: false });
  // A software driver compiles for seconds a method: those that bring an operator of their own.
  describeCovering({ device: 'webgpu' });
  describeTraining(() => runtime, { steps: 2, methods: COVERING });
});
