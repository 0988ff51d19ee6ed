import type { RequestedConfig } from '../../settings/config.ts';
import type { FinishedRun } from '../finished-run.ts';

/** What a test says of a finished run. */
export interface FinishedRunOptions {
  readonly config: RequestedConfig;
  /** Of the student, at each validation: one every 100 steps and every minute of the processor. */
  readonly dice: readonly number[];
  /** Wall-clock minutes per minute of the processor; default 1. */
  readonly slowness?: number;
  /** Name of the processor. */
  readonly cpu?: string;
}

/** A run of one foreground class and two cases, both with the last validation's Dice. */
export function finishedRun({ config, dice, slowness = 1, cpu }: FinishedRunOptions): FinishedRun {
  const last = dice.at(-1) as number;
  const scores = { dice: [last], jaccard: [last], hd95: [1], asd: [1], unit: 'px' as const };
  return {
    run: `acdc-${config.labelled ?? 'all'}-${config.method}-${config.seed}`,
    config,
    facts: {
      version: 1,
      versions: cpu === undefined ? {} : { cpu },
      device: 'cpu',
      data: 'acdc',
      channels: 1,
      classes: ['background', 'heart'],
      preparation: {} as FinishedRun['facts']['preparation'],
      counts: {},
    },
    best: { step: 100 * dice.length, network: 'student', dice: last },
    steps: 100 * dice.length,
    minutes: slowness * dice.length,
    cpuMinutes: dice.length,
    curve: dice.map((student, i) => {
      return { step: 100 * (i + 1), minutes: slowness * (i + 1), cpuMinutes: i + 1, student, teacher: 0 };
    }),
    classes: ['background', 'heart'],
    cases: [
      { id: 'a', ...scores },
      { id: 'b', ...scores },
    ],
    patients: {},
  };
}
