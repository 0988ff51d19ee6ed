import { METHODS } from '../../../methods/index.ts';

/** The method to take unless one knows better. */
export const RECOMMENDED = 'patchcl';

/** Plain names of methods, for people who have read none of the papers. Others keep their own. */
const NAMES: Readonly<Record<string, string>> = {
  patchcl: 'PatchCL',
  supervised: 'Labels alone',
  'mean-teacher': 'Mean Teacher',
  bcp: 'Copy and paste (BCP)',
  'pseudo-label': 'Pseudo-labels',
  'entropy-minimisation': 'Sure predictions (entropy minimisation)',
  'ua-mt': 'Mean Teacher that knows its doubt (UA-MT)',
  'tripled-uncertainty': 'Mean Teacher in three tasks (tripled uncertainty)',
  fixmatch: 'Weak to strong (FixMatch)',
  cps: 'Two networks (cross pseudo-labels)',
  'info-nce': 'PatchCL with InfoNCE',
  jcl: 'PatchCL with joint contrast',
  'local-contrast': 'Contrast of pixels',
};

/** What each does, in a sentence for people who have read none of the papers. Others say it in their own words. */
const ABOUT: Readonly<Record<string, string>> = {
  patchcl: 'Learns from your labels, from guesses on the other scans, and from labelled parts pasted into these.',
  supervised: 'Learns from your labels and looks at nothing else: to see what the other scans add.',
  'mean-teacher': 'A slow copy of the model says what it sees on the other scans; the model learns to agree with it.',
  bcp: 'Pastes parts of labelled scans into the others and back, and learns from both.',
  'pseudo-label': 'Takes its own sure guesses on the other scans as labels.',
  'entropy-minimisation': 'Is pushed to be sure on the other scans, whatever it sees there.',
  'ua-mt': 'As Mean Teacher, but only where the slow copy is sure.',
  'tripled-uncertainty': 'As Mean Teacher, and both learn the shapes of masks and to draw the scan again.',
  fixmatch: 'Guesses on a scan as it is, and learns to say the same when it is strongly changed.',
  cps: 'Two models learn from the guesses of one another.',
  'info-nce': 'As PatchCL, with the contrast of another paper, for comparisons.',
  jcl: 'As PatchCL, with the contrast of a third paper, for comparisons.',
  'local-contrast': 'Learns that pixels of one class look alike, without guesses on the other scans.',
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
  about: ABOUT[name] ?? `${description.charAt(0).toUpperCase()}${description.slice(1)}.`,
}));

export const PRESET_CHOICES: readonly Choice[] = [
  { value: 'default', name: 'Default', about: 'Most Dice per minute: for trainings of minutes.' },
  {
    value: 'contrast',
    name: 'Default, with contrast',
    about: 'PatchCL also learns to tell small parts of images apart by class, which takes longer.',
  },
  { value: 'thorough', name: 'Thorough', about: 'A larger network: better, if it has an hour or more.' },
  { value: 'demo', name: 'Small and fast', about: 'A tiny network on small pictures: to see that all works.' },
  { value: 'paper', name: "As in the method's paper", about: 'To the letter, and slow.' },
];

/** What a choice is called; others keep their own name. */
export function nameOf(choices: readonly Choice[], value: string): string {
  return choices.find((choice) => choice.value === value)?.name ?? value;
}
