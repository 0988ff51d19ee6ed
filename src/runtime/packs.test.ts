import { describe, expect, it } from 'vitest';
import { pack, unpack } from './packs.ts';

const packs = {
  student: [
    { name: 'student.a', size: 2 },
    { name: 'student.b', size: 1 },
  ],
};
const values = { 'student.b': Float32Array.of(3), 'student.a': Float32Array.of(1, 2), keys: Float32Array.of(9) };

describe('packs', () => {
  it('lie side by side in their own order; the rest keeps its name', () => {
    expect(pack(packs, values)).toEqual({ student: Float32Array.of(1, 2, 3), keys: Float32Array.of(9) });
  });

  it('come apart again', () => {
    expect(unpack(packs, pack(packs, values))).toEqual(values);
  });

  it('leave what they were made from alone', () => {
    (pack(packs, values).student as Float32Array).fill(0);
    expect(values['student.a']).toEqual(Float32Array.of(1, 2));
  });
});
