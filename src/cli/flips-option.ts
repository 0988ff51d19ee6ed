import { Option } from 'commander';

export interface FlipOptions {
  /** Absent: as the model says. */
  readonly flips?: boolean | undefined;
}

export function flipsOption(): Option {
  return new Option('--flips', 'average over the mirror images of each slice, at four times the cost');
}

export function noFlipsOption(): Option {
  return new Option('--no-flips', 'do not, whatever the model says');
}
