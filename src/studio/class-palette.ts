import { PatchclError } from '../core/errors.ts';
import { presentClasses, type StudioSettings } from '../data/studio-labels/settings.ts';
import { IGNORED } from '../imaging/volume.ts';
import { classColour } from '../report/colours.ts';
import type { PaletteRequest, StudioClass } from './api/index.ts';

type Classes = Pick<StudioSettings, 'classes' | 'looks' | 'removed' | 'gaps'>;

/** Label values that a class may have: the last of a byte marks what nobody has annotated. */
const MOST = IGNORED;

/** The classes that there are, in the order in which they are listed; without background. */
export function paletteOf(settings: Classes): StudioClass[] {
  const { classes, looks = [] } = settings;
  const present = presentClasses(settings).filter((value) => value > 0);
  const listed = looks.map(({ value }) => value).filter((value) => present.includes(value));
  const order = [...listed, ...present.filter((value) => !listed.includes(value))];
  return order.map((value) => {
    const look = looks.find((one) => one.value === value);
    return {
      value,
      name: classes[value] as string,
      colour: look?.colour ?? hexColour(value),
      isLocked: look?.isLocked === true,
      isHidden: look?.isHidden === true,
    };
  });
}

/**
 * Classes as a person wants them. A class keeps its value for ever: one that is new gets a value that no class has ever had, and
 * one that comes back, by its value, has its pixels back.
 *
 * @throws PatchclError `bad-config` for two classes of one name, or none at all
 */
export function withPalette(settings: Classes, { palette, remove }: PaletteRequest): Required<Omit<Classes, 'gaps'>> {
  const classes = [...settings.classes];
  const wanted = palette.map(({ value, ...one }) => ({ ...one, value: value ?? classes.push(one.name) - 1 }));
  const unknown = wanted.find(({ value }) => value >= classes.length);
  if (unknown !== undefined) throw problem(`no class has the value ${unknown.value}`);
  if (classes.length > MOST) throw problem(`${MOST - 1} classes is the most that a project ever has`);
  for (const { value, name } of wanted) classes[value] = name;
  const values = wanted.map(({ value }) => value);
  const removed = [...(settings.removed ?? []).filter((value) => !values.includes(value)), ...remove]
    .filter((value, i, all) => value > 0 && value < classes.length && all.indexOf(value) === i)
    .sort((a, b) => a - b);
  const both = removed.find((value) => values.includes(value));
  if (both !== undefined) throw problem(`${classes[both]} is to be removed and to stay`);
  const looks = wanted.map(({ value, colour, isLocked, isHidden }) => ({
    value,
    ...(colour !== undefined && colour !== hexColour(value) && { colour }),
    ...(isLocked === true && { isLocked }),
    ...(isHidden === true && { isHidden }),
  }));
  const next = { classes, looks, removed };
  checkNames({ ...next, gaps: settings.gaps ?? [] });
  return next;
}

/** @throws PatchclError `bad-config` */
export function checkNames(settings: Classes): void {
  const names = presentClasses(settings).map((value) => settings.classes[value] as string);
  if (new Set(names).size < names.length) throw problem('two classes have the same name');
  if (names.length < 2) throw problem('one class beside the background is needed');
}

function problem(text: string): PatchclError {
  return new PatchclError('bad-config', text, { subject: 'classes' });
}

function hexColour(value: number): string {
  return `#${classColour(value)
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`;
}
