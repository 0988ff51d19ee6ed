import type { Measures } from '../../studio/api/index.ts';
import type { Window } from './paint.ts';

/** A window with a name to choose it by. */
export interface WindowPreset {
  readonly name: string;
  readonly window: Window;
}

/** What is usual for Hounsfield units: name, level, width. */
const CT_WINDOWS: readonly (readonly [string, number, number])[] = [
  ['soft tissue', 40, 400],
  ['lung', -600, 1500],
  ['bone', 400, 1800],
  ['brain', 40, 80],
];

/** What can be chosen for a scan: what was measured of it, what its file states, and what is usual where its values are Hounsfield units. */
export function presetsOf({ window, windows = [], hounsfield }: Measures): WindowPreset[] {
  const usual = hounsfield === undefined ? [] : CT_WINDOWS.map(([name, level, width]) => ofLevel(name, level, width));
  return [
    { name: 'automatic', window },
    ...windows.map(({ name, low, high }) => ({ name, window: [low, high] as const })),
    ...usual,
  ];
}

function ofLevel(name: string, level: number, width: number): WindowPreset {
  return { name, window: windowOf({ level, width }) };
}

/** A window as radiologists name it: its middle, and how much lies between black and white. */
export interface LevelWidth {
  readonly level: number;
  readonly width: number;
}

export const levelWidth = ([low, high]: Window): LevelWidth => ({ level: (low + high) / 2, width: high - low });

export const windowOf = ({ level, width }: LevelWidth): Window => [level - width / 2, level + width / 2];

/** Right and left make a window wider and narrower, down and up move it, by pixels of the pointer. */
export function dragged(window: Window, [across, down]: readonly [number, number]): Window {
  const { level, width } = levelWidth(window);
  return windowOf({ level: level + (down * width) / 300, width: width * Math.exp(across / 200) });
}

/** A number of a window, as short as its width allows. */
export function windowNumber(value: number, width: number): string {
  const digits = width >= 20 ? 0 : Math.min(12, 2 - Math.floor(Math.log10(Math.max(width, 1e-10))));
  return String(Number(value.toFixed(digits)));
}
