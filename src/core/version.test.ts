import { expect, it } from 'vitest';
import { patchclVersion } from '../node/versions.ts';
import { VERSION } from './version.ts';

it('is that of package.json', () => {
  expect(VERSION).toBe(patchclVersion());
});
