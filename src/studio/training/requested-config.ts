import type { RequestedConfig } from '../../settings/config.ts';
import { resolveConfig } from '../../settings/load-config.ts';
import type { TrainingRequest } from '../api/index.ts';

/** Minutes a training takes when nothing says how long it may. */
const MINUTES = 10;

/** The configuration a request means. The split is the studio's: it says itself who is validated on. */
export function requestedConfig({ minutes, steps, method, preset, settings = {} }: TrainingRequest): RequestedConfig {
  const data = { valFraction: 0, testFraction: 0, ...(settings.data as object | undefined) };
  const config = resolveConfig({
    overrides: { ...settings, data, ...(method && { method }), ...(preset && { preset }) },
  });
  if (steps !== undefined) return { ...config, budget: { ...config.budget, minutes: undefined, steps } };
  if (minutes === undefined && (config.budget.steps ?? config.budget.minutes) !== undefined) return config;
  return { ...config, budget: { ...config.budget, minutes: minutes ?? MINUTES } };
}
