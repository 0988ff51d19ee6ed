import { expect, it } from 'vitest';
import { idSchema } from '../../studio/api/project.ts';
import { safeId } from './safe-id.ts';

it.each(['patient 7', 'Größe-ä.1', '患者', 'a~b'])('%s stays as it is', (name) => {
  expect(safeId(name)).toBe(name);
});

it.each(['a\\b', 'a/b', 'a\tb', 'a\nb', '..', '.hidden', '', ' ', 'x'.repeat(240), '患'.repeat(100), '\ud800 alone'])(
  '%j becomes safe, in answers and on the disk',
  (name) => {
    const safe = safeId(name);
    expect(idSchema.safeParse(safe).success).toBe(true);
    expect(new TextEncoder().encode(safe).length).toBeLessThan(220);
    expect(safeId(safe)).toBe(safe);
  },
);

it('keeps names apart that become alike', () => {
  expect(new Set(['a\\b', 'a/b', 'a\tb', 'a_b'].map((name) => safeId(name))).size).toBe(4);
});
