import { describe, expect, it } from 'vitest';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { announced, fallbackSentence, runtimeFor } from './device.ts';

const quiet = () => undefined;

describe('a device', () => {
  it('that is not there is one sentence with what it needs', async () => {
    await expect(runtimeFor({ device: 'cuda' }, quiet)).rejects.toThrow(
      /^there is no cuda device that ONNX Runtime can use here\. On Linux with CUDA 12, .*npm rebuild onnxruntime-node/,
    );
  });

  it('is the processor unless another one is asked for', async () => {
    expect((await runtimeFor({ threads: 1 }, quiet)).target.device).toBe('cpu');
  });
});

describe('what falls back to the processor', () => {
  it('is counted by operator', () => {
    expect(fallbackSentence(undefined)).toMatch(/is not known$/);
    expect(fallbackSentence([])).toBe('every operator of the training step runs on the device');
    expect(fallbackSentence(['Cast', 'Sign', 'Cast'])).toMatch(/: 2 Cast, 1 Sign$/);
  });

  it('is told once, however many steps are loaded', async () => {
    const notes: string[] = [];
    const session = { fallbacks: ['Sign'], step: async () => ({}), state: () => ({}), dispose: async () => {} };
    const resident = { ...nodeRuntime(), target: { device: 'webgpu' as const }, loadResident: async () => session };
    const runtime = announced(resident, (text) => notes.push(text));
    const step = { model: new Uint8Array(), state: {}, initial: {} };
    await runtime.loadResident?.(step);
    await runtime.loadResident?.(step);
    expect(notes).toEqual([expect.stringMatching(/^webgpu: the processor computes .*: 1 Sign$/)]);
  });
});
