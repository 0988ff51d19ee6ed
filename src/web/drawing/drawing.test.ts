import { describe, expect, it } from 'vitest';
import { type Brush, strokeLine } from './brush.ts';
import { floodFill } from './fill.ts';
import { interpolate } from './interpolate.ts';
import { fillOutline } from './lasso.ts';
import type { Plane } from './plane.ts';

const blank = (height: number, width: number): Plane => ({ data: new Uint8Array(height * width), height, width });
const drawn = (text: string): Plane => {
  const rows = text.trim().split(/\s+/);
  const data = Uint8Array.from(rows.join(''), (c) => (c === '.' ? 0 : Number(c)));
  return { data, height: rows.length, width: (rows[0] as string).length };
};
const shown = ({ data, width }: Plane) =>
  Array.from({ length: data.length / width }, (_, y) =>
    [...data.subarray(y * width, (y + 1) * width)].map((v) => (v === 0 ? '.' : v)).join(''),
  ).join('\n');
const at = (row: number, column: number) => ({ row, column });
const brush = (changes: Partial<Brush> = {}): Brush => ({ label: 1, diameter: 3, over: 'all', ...changes });

describe('the brush', () => {
  it('paints a disc where it is put down, cut off at the border', () => {
    const plane = blank(5, 6);
    strokeLine(plane, at(0, 4), at(0, 4), brush());
    expect(shown(plane)).toBe('...111\n...111\n......\n......\n......');
  });

  it('covers every pixel within its radius of a line, and no other', () => {
    const plane = blank(24, 24);
    const [from, to] = [at(3.5, 2.25), at(19, 17.5)];
    strokeLine(plane, from, to, brush({ diameter: 7 }));
    for (let i = 0; i < plane.data.length; i++) {
      const [row, column] = [Math.floor(i / 24), i % 24];
      const nearest = Math.min(
        ...Array.from({ length: 2001 }, (_, s) => {
          const t = s / 2000;
          return Math.hypot(from.row + t * 15.5 - row, from.column + t * 15.25 - column);
        }),
      );
      if (Math.abs(nearest - 3.5) > 0.01) expect(plane.data[i]).toBe(nearest < 3.5 ? 1 : 0);
    }
  });

  it('paints at least one pixel, wherever it stands', () => {
    for (const place of [at(1, 1), at(1.5, 1.5), at(1.3, 0.7)]) {
      const plane = blank(4, 4);
      strokeLine(plane, place, place, brush({ diameter: 1 }));
      expect(plane.data.includes(1)).toBe(true);
    }
  });

  it('leaves other classes alone where it may only draw on one', () => {
    const plane = drawn('22.\n22.\n...');
    strokeLine(plane, at(1, 1), at(1, 1), brush({ over: 0 }));
    expect(shown(plane)).toBe('221\n221\n111');
  });
});

describe('fill', () => {
  it('fills what an outline encloses, not across corners', () => {
    const plane = drawn('.11.\n1..1\n.11.\n....');
    floodFill(plane, at(1, 1), 2);
    expect(shown(plane)).toBe('.11.\n1221\n.11.\n....');
  });

  it('changes the class of a region', () => {
    const plane = drawn('11.\n1.1\n..1');
    floodFill(plane, at(0, 0), 3);
    expect(shown(plane)).toBe('33.\n3.1\n..1');
  });

  it('does nothing off the plane or on its own class', () => {
    const plane = drawn('1.\n..');
    floodFill(plane, at(0, 0), 1);
    floodFill(plane, at(5, 0), 2);
    expect(shown(plane)).toBe('1.\n..');
  });
});

describe('the lasso', () => {
  it('takes the pixels whose centres it encloses', () => {
    const plane = blank(5, 5);
    fillOutline(plane, [at(0.5, 0.5), at(0.5, 3.5), at(3.5, 3.5), at(3.5, 0.5)], 1, 'all');
    expect(shown(plane)).toBe('.....\n.111.\n.111.\n.111.\n.....');
  });

  it('leaves a hole where an outline runs around it a second time', () => {
    const plane = blank(7, 7);
    const square = (r: number) => [at(3 - r, 3 - r), at(3 - r, 3 + r), at(3 + r, 3 + r), at(3 + r, 3 - r)];
    fillOutline(plane, [...square(2.5), square(2.5)[0] as never, ...square(0.5), square(0.5)[0] as never], 1, 'all');
    expect(plane.data[3 * 7 + 3]).toBe(0);
    expect(plane.data[1 * 7 + 1]).toBe(1);
  });
});

describe('interpolation between slices', () => {
  const disc = (radius: number, row = 20, column = 20, label = 1): Plane => {
    const plane = blank(41, 41);
    for (let i = 0; i < plane.data.length; i++) {
      if (Math.hypot(Math.floor(i / 41) - row, (i % 41) - column) <= radius) plane.data[i] = label;
    }
    return plane;
  };
  const radiusOf = (slice: Uint8Array) => Math.sqrt(slice.filter((v) => v > 0).length / Math.PI);

  it('lets the radius of a disc grow evenly', () => {
    const slices = interpolate(disc(4), disc(16), 3);
    slices.forEach((slice, i) => {
      expect(Math.abs(radiusOf(slice) - (7 + 3 * i))).toBeLessThan(0.5);
    });
  });

  it('gives the same slice between equal ones, all classes', () => {
    const two = disc(12);
    for (let i = 0; i < two.data.length; i++) if (two.data[i] === 1 && i % 41 > 20) two.data[i] = 2;
    for (const slice of interpolate(two, two, 2)) expect(slice).toEqual(two.data);
  });

  it('is the sign of the mean of signed distances, found by trying all pixels', () => {
    const [a, b] = [disc(6, 18, 16), disc(9, 22, 24)];
    const signed = ({ data }: Plane, i: number, [down, across]: [number, number]) => {
      let nearest = Number.POSITIVE_INFINITY;
      for (let j = 0; j < data.length; j++) {
        if (data[j] === data[i]) continue;
        const rows = (Math.floor(i / 41) - Math.floor(j / 41)) * down;
        nearest = Math.min(nearest, Math.hypot(rows, ((i % 41) - (j % 41)) * across));
      }
      return data[i] === 1 ? nearest : -nearest;
    };
    const [slice] = interpolate(a, b, 1, [2, 1]) as [Uint8Array];
    const expected = slice.map((_, i) => (signed(a, i, [2, 1]) + signed(b, i, [2, 1]) > 1e-9 ? 1 : 0));
    expect(slice).toEqual(expected);
    expect(slice.includes(1)).toBe(true);
  });

  it('ends a class where only one slice has it', () => {
    const [slice] = interpolate(disc(8), disc(8, 20, 20, 2), 1) as [Uint8Array];
    expect(slice.every((value) => value === 0)).toBe(true);
  });
});
