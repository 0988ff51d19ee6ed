import { InvalidArgumentError } from 'commander';
import { PERCENTAGE } from '../data/split.ts';

/** Reads an option's value as a whole number of at least `least`, and at most `most`. */
export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A whole number ${range} is expected.`);
  };
}

/** Reads an option's value as a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number above 0 is expected.');
}

/** Reads an option's value as a number from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('A number from 0 to 1 is expected.');
}

/** Reads an option's value as a whole number of at least 1, or keeps it as a share such as `5%`. */
export function countOrShare(text: string): number | string {
  return PERCENTAGE.test(text.trim()) ? text.trim() : wholeNumber(1)(text);
}
