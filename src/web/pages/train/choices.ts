import { METHODS } from '../../../methods/index.ts';

/** Plain names of methods, for people who have read none of the papers. Others keep their own. */
const NAMES: Readonly<Record<string, string>> = {
  patchcl: 'PatchCL (recommended)',
  supervised: 'Labels alone',
  'mean-teacher': 'Mean Teacher',
  bcp: 'Copy and paste (BCP)',
  'pseudo-label': 'Pseudo-labels',
  'entropy-minimisation': 'Sure predictions (entropy minimisation)',
  'ua-mt': 'Mean Teacher that knows its doubt (UA-MT)',
  fixmatch: 'Weak to strong (FixMatch)',
  cps: 'Two networks (cross pseudo-labels)',
  'info-nce': 'PatchCL with InfoNCE',
  jcl: 'PatchCL with joint contrast',
  'local-contrast': 'Contrast of pixels',
};

export interface Choice {
  readonly value: string;
  readonly name: string;
  /** A sentence. */
  readonly about: string;
}

export const METHOD_CHOICES: readonly Choice[] = METHODS.map(({ name, description }) => ({
  value: name,
  name: NAMES[name] ?? name,
  about: `${description.charAt(0).toUpperCase()}${description.slice(1)}.`,
}));

export const PRESET_CHOICES: readonly Choice[] = [
  { value: 'default', name: 'Default', about: 'Most Dice per minute: for trainings of minutes.' },
  { value: 'thorough', name: 'Thorough', about: 'A larger network: better, if it has an hour or more.' },
  { value: 'demo', name: 'Small and fast', about: 'A tiny network on small pictures: to see that all works.' },
  { value: 'paper', name: "As in the method's paper", about: 'To the letter, and slow.' },
];
