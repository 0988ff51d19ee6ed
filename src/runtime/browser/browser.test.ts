import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOperators, describeTraining } from '../testing/conformance.ts';
import type { RemoteRuntime } from '../testing/serve.ts';
import { type ChromiumOptions, chromiumRuntime, noChromium } from './testing/chromium.ts';

const reason = noChromium();
const inChromium = (what: string, options: ChromiumOptions, tests: (runtime: () => RemoteRuntime) => void) => {
  const title = `${what}${reason === undefined ? '' : `: skipped, ${reason}`}`;
  describe.skipIf(reason !== undefined)(title, () => {
    let runtime: RemoteRuntime;
    beforeAll(async () => {
      runtime = await chromiumRuntime(options);
    });
    afterAll(() => runtime?.close());
    tests(() => runtime);
  });
};

inChromium('Chromium, WebAssembly, two threads', { threads: 2 }, (runtime) => {
  it('has its threads', () => {
    expect(runtime().description).toBe('onnxruntime-web on wasm, 2 threads');
  });
  describeOperators(runtime);
  describeTraining(runtime, { steps: 8 });
});

// The same code without threads.
inChromium('Chromium, WebAssembly on a page that is not isolated', { isolated: false }, (runtime) => {
  it('has one thread', () => {
    expect(runtime().description).toBe('onnxruntime-web on wasm, 1 thread');
  });
  describeTraining(runtime, { steps: 8, methods: ['patchcl'] });
});

// The operators of ONNX Runtime's WebGPU are the same code as in Node, where they are tested one by one.
inChromium('Chromium, WebGPU', { device: 'webgpu' }, (runtime) => {
  describeTraining(runtime, { steps: 2, methods: ['patchcl'] });
});
