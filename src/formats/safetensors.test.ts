import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const content = {
  tensors: {
    'a.weight': { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    scalar: { shape: [], data: Float32Array.of(7) },
    empty: { shape: [0, 4], data: new Float32Array() },
  },
  metadata: { step: '12' },
};
const withHeader = (header: unknown, data = new Uint8Array(24)) => {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
};
const entry = { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] };

describe('safetensors', () => {
  it('give back what was written', () => {
    expect(readSafetensors(writeSafetensors(content), 'a')).toEqual(content);
    expect(readSafetensors(withHeader({ a: entry }), 'a').metadata).toEqual({});
  });

  it('are read from a Buffer as from any bytes, though its slices are views', () => {
    const bytes = Buffer.concat([Buffer.from('before'), writeSafetensors(content)]).subarray(6);
    expect(readSafetensors(bytes, 'a')).toEqual(content);
  });

  it('are refused at every cut', () => {
    const bytes = writeSafetensors(content);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readSafetensors(bytes.subarray(0, length), 'a')).toThrow(
        /^a: this is not a float32 safetensors file: /,
      );
    }
  });

  it.each<[string, unknown, string]>([
    ['no JSON', 'hello', 'its header is not JSON'],
    ['a list', [], 'its header does not describe tensors'],
    ['no offsets', { a: { dtype: 'F32', shape: [2, 3] } }, 'its header does not describe tensors'],
    ['a negative extent', { a: { ...entry, shape: [-2, -3] } }, 'its header does not describe tensors'],
    ['metadata that are no texts', { __metadata__: { step: 12 } }, 'its header does not describe tensors'],
    ['half precision', { a: { ...entry, dtype: 'F16' } }, 'tensor a is F16, F32 was expected'],
    ['offsets that do not fit', { a: { ...entry, data_offsets: [0, 20] } }, 'tensor a is not whole'],
    ['offsets beyond the end', { a: { ...entry, data_offsets: [8, 32] } }, 'tensor a is not whole'],
    ['offsets before the start', { a: { ...entry, data_offsets: [-8, 16] } }, 'its header does not describe tensors'],
  ])('are refused with %s', (_, header, expected) => {
    expect(() => readSafetensors(withHeader(header), 'a')).toThrow(expected);
  });
});
