import type { RequestedConfig } from './config.ts';

/** Minutes a training takes when nothing says how long it may. */
export const DEFAULT_MINUTES = 15;

/** The budget that holds: the configuration's, else {@link DEFAULT_MINUTES}. */
export function withDefaultBudget({ budget }: Pick<RequestedConfig, 'budget'>): RequestedConfig['budget'] {
  const isOpen = budget.steps === undefined && budget.minutes === undefined;
  return isOpen ? { ...budget, minutes: DEFAULT_MINUTES } : budget;
}
