import { expect, it } from 'vitest';
import type { DeviceName, Runtime } from './runtime.ts';
import { startSteps } from './stateful.ts';

const runtime = (device: DeviceName): Runtime => ({
  target: { device },
  description: 'computes nothing',
  load: async () => ({ run: async () => ({}), dispose: async () => {} }),
});

it.each([
  ['a processor leaves nothing to another one', 'cpu', []],
  ['nor does WebAssembly', 'wasm', []],
  ['what CUDA leaves to the processor is not known', 'cuda', undefined],
] as const)('%s', async (_what, device, expected) => {
  const session = await startSteps(runtime(device), { model: new Uint8Array(), state: {}, initial: {} });
  expect(session.fallbacks).toEqual(expected);
});
