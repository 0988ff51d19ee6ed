import { checkOwnMethod, METHODS, type Method } from '../methods/index.ts';
import { withDefaultBudget } from '../settings/budget.ts';
import type { ConfigInput, RequestedConfig } from '../settings/config.ts';
import { resolveConfig } from '../settings/load-config.ts';

/**
 * What training can be told, as in a settings file; what is left out has the default of its preset.
 *
 * @example
 * const settings: TrainSettings = { method: 'mean-teacher', labelled: 3, budget: { minutes: 10 } };
 */
export interface TrainSettings extends Omit<ConfigInput, 'method'> {
  /** A method's name, or a method of your own. Default: `patchcl`. */
  readonly method?: string | Method;
}

/** @throws PatchclError `bad-config` naming the setting that is unknown or does not fit */
export function configOf({ method, ...settings }: TrainSettings): { config: RequestedConfig; method?: Method } {
  const own = typeof method === 'object' ? method : undefined;
  if (own !== undefined) checkOwnMethod(own);
  const config = resolveConfig({
    overrides: { ...settings, method: own?.name ?? method },
    methods: own === undefined ? METHODS : [...METHODS, own],
  });
  return { config: { ...config, budget: withDefaultBudget(config) }, ...(own && { method: own }) };
}
