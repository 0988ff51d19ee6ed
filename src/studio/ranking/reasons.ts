import { countOf } from '../../core/count-of.ts';

/** Below this Dice a model is called weak. */
const WEAK = 0.5;

/** What is said of a scan; `rank` counts from 0, by doubt. */
export interface ReasonFacts {
  readonly rank: number;
  /** Scans that the model has looked at. */
  readonly of: number;
  /** Other scans without labels that look more like it than like any scan with labels or above it. */
  readonly standsFor: number;
  /** Slices whose proposal was refused. */
  readonly rejected: number;
  /** Of the model's validation. */
  readonly dice: number | undefined;
}

export function reasonForScan({ rank, of, standsFor, rejected, dice }: ReasonFacts): string {
  const place = rank === 0 ? 'most' : rank === of - 1 ? 'least' : `${ordinal(rank + 1)} most`;
  const refused = rejected === 0 ? '' : `, and you rejected its proposal on ${countOf(rejected, 'slice')}`;
  const weak =
    dice !== undefined && dice < WEAK
      ? ` The model is weak yet (validation Dice ${dice.toFixed(2)}): its doubt counts less.`
      : '';
  return (
    `Of ${countOf(of, 'scan')} without labels the model is ${place} unsure of this one` +
    `${refused}.${alike(standsFor)}${weak}`
  );
}

/** While there is no model. */
export function reasonForFirst(standsFor: number): string {
  return `There is no model yet. This scan is a good one to begin with.${alike(standsFor)}`;
}

export function reasonForSlice(foreground: number): string {
  const holds = foreground === 0 ? 'it proposes nothing here' : `it proposes ${countOf(foreground, 'voxel')} here`;
  return `The model is unsure of this slice; ${holds}.`;
}

function alike(standsFor: number): string {
  if (standsFor === 0) return '';
  const verb = standsFor === 1 ? 'looks' : 'look';
  return ` ${countOf(standsFor, 'other')} ${verb} most like it.`;
}

function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}
