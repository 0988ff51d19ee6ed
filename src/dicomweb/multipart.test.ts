import { describe, expect, it } from 'vitest';
import { asOnlyPart, boundaryOf, onlyPart } from './multipart.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The same bytes in pieces of a size. */
async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function content(text: string | Uint8Array, size = 7): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of onlyPart(pieces(typeof text === 'string' ? bytesOf(text) : text, size), 'b'))
    parts.push(part.slice());
  return Buffer.concat(parts).toString('latin1');
}

describe('the only part of an answer', () => {
  const content0 = 'ab\r\n--\r\n--x\r\n\r\ncd\r';
  it.each([1, 2, 3, 5, 8, 13, 1000])('comes out whole, in pieces of %i bytes', async (size) => {
    expect(
      await content(`preamble\r\n--b\r\nContent-Type: application/dicom\r\n\r\n${content0}\r\n--b--\r\n`, size),
    ).toBe(content0);
  });

  it('is what was sent', async () => {
    const { body, contentType } = asOnlyPart(bytesOf('object'), 'b');
    expect(boundaryOf(contentType)).toBe('b');
    expect(await content(body)).toBe('object');
  });

  it.each([
    ['several parts', '--b\r\nA: b\r\n\r\none\r\n--b\r\nA: b\r\n\r\ntwo\r\n--b--', 'holds several objects'],
    ['no part', 'nothing at all', 'holds no object'],
    ['no end', '--b\r\nA: b\r\n\r\none', 'ends early'],
    ['a header without end', `--b\r\n${'A: b\r\n'.repeat(20_000)}`, 'holds no object'],
    ['a preamble without end', 'x'.repeat(200_000), 'holds no object'],
  ])('is refused with %s', async (_, text, problem) => {
    await expect(content(text, 4096)).rejects.toThrow(problem);
  });

  it.each([
    ['multipart/related; type="application/dicom"; boundary=a-b', 'a-b'],
    ['Multipart/Related;boundary="a b"', 'a b'],
    ['multipart/related', undefined],
    ['application/dicom; boundary=x', undefined],
  ])('is found by its boundary: %s', (type, boundary) => {
    expect(boundaryOf(type)).toBe(boundary);
  });
});
