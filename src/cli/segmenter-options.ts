import { Option } from 'commander';

/** Options over what a model says of itself; absent: as it says. */
export function flipsOption(): Option {
  return new Option('--flips', 'average over the mirror images of each slice, at four times the cost');
}

export function noFlipsOption(): Option {
  return new Option('--no-flips', 'do not, whatever the model says');
}

export function keepLargestOption(): Option {
  return new Option(
    '--keep-largest',
    'keep only the largest connected part of each class (default: as trained, of classes that have one part in the masks)',
  );
}

export function noKeepLargestOption(): Option {
  return new Option('--no-keep-largest', 'keep every part, whatever the model says');
}
