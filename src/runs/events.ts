import type { Config } from '../settings/config.ts';
import type { NetworkDice } from '../train/selection.ts';
import type { NetworkName } from '../train/state.ts';
import type { RunFacts } from './facts.ts';
import type { TrainingReporter } from './reporter.ts';

/** What happens in a training, as plain data: null stands where a number is not known. */
export type TrainingEvent =
  /** A sentence about what is being done, or what is odd about the data. */
  | { readonly type: 'note'; readonly text: string }
  /** Data are read and everything is decided; the first step follows. */
  | {
      readonly type: 'start';
      /** Steps done before, of a resumed run. */
      readonly step: number;
      readonly method: string;
      readonly preset: string;
      readonly seed: number;
      readonly device: string;
      readonly classes: readonly string[];
      /** Side of the training images, pixels. */
      readonly size: number;
      /** Patients and images of each part. */
      readonly counts: RunFacts['counts'];
    }
  | {
      readonly type: 'step';
      /** Steps done, this one included. */
      readonly step: number;
      /** Null until a training by the clock has been planned. */
      readonly totalSteps: number | null;
      readonly phase: string;
      /** What this step took. */
      readonly seconds: number;
      readonly secondsLeft: number | null;
      readonly imagesPerSecond: number;
      /** The loss, its parts, and what else the method observes. */
      readonly losses: Readonly<Record<string, number>>;
    }
  | {
      readonly type: 'validation';
      readonly step: number;
      /** Mean over validation cases and foreground classes, of both networks. */
      readonly dice: NetworkDice;
      /** The better of the two. */
      readonly network: NetworkName;
      /** Whether its weights are the best so far, and kept. */
      readonly isBest: boolean;
      readonly seconds: number;
    };

/** A reporter that tells everything as events. */
export function eventReporter(emit: (event: TrainingEvent) => void): TrainingReporter {
  return {
    note: (text) => emit({ type: 'note', text }),
    start: (facts, config, step) => emit(startEvent(facts, config, step)),
    step: ({ step, totalSteps, phase, seconds, secondsLeft, images, scalars }) =>
      emit({
        type: 'step',
        step,
        totalSteps: orNull(totalSteps),
        phase,
        seconds,
        secondsLeft: orNull(secondsLeft),
        imagesPerSecond: orNull(images / seconds) ?? 0,
        losses: Object.fromEntries(Object.entries(scalars).filter(([, value]) => Number.isFinite(value))),
      }),
    validation: ({ step, dice, network, isBest, seconds }) =>
      emit({ type: 'validation', step, dice, network, isBest, seconds }),
  };
}

function startEvent({ device, classes, counts }: RunFacts, config: Config, step: number): TrainingEvent {
  const { method, preset, seed, size } = config;
  return { type: 'start', step, method, preset, seed, device, classes, size, counts };
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);
