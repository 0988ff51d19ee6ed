import { PatchclError } from '../core/errors.ts';
import { METHODS, type Method } from '../methods/index.ts';
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

/** @throws PatchclError `bad-config` for a value that is no method, or one that takes the name of another */
export function checkOwnMethod(method: Method, subject = 'method'): void {
  if (typeof method?.name !== 'string' || typeof method.phases !== 'function') {
    const hint = 'Give it a name and phases, a function that gives a list of phases: see docs/methods.md.';
    throw new PatchclError('bad-config', 'this is not a method', { subject, hint });
  }
  if (!METHODS.some(({ name }) => name === method.name)) return;
  const hint = 'Give it another name.';
  throw new PatchclError('bad-config', `there is a method "${method.name}" already`, { subject, hint });
}
