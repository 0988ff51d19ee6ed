import { Option } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { METHODS, type Method } from '../methods/index.ts';
import { loadPlugin } from '../node/plugin.ts';

/** `--plugin FILE`, as often as there are modules. */
export function pluginOption(): Option {
  return new Option('--plugin <file>', 'module that exports training methods of your own; may be given several times')
    .default([], 'none')
    .argParser((path: string, before: readonly string[]) => [...before, path]);
}

/** patchcl's methods and those of plugins. @throws PatchclError for a plugin that cannot be run, or two methods of one name */
export async function methodsWith(plugins: readonly string[] = []): Promise<readonly Method[]> {
  const methods = [...METHODS];
  for (const path of plugins) {
    for (const method of await loadPlugin(path)) {
      if (methods.some(({ name }) => name === method.name)) {
        throw new PatchclError('bad-usage', `there is a method "${method.name}" already`, { subject: path });
      }
      methods.push(method);
    }
  }
  return methods;
}

/** The method that a run was started with. @throws PatchclError `bad-usage` when it came from a plugin that is not given */
export function methodOfRun(run: string, name: string, methods: readonly Method[]): Method {
  const method = methods.find((known) => known.name === name);
  if (method !== undefined) return method;
  const hint = 'Give the module that exports it with --plugin.';
  throw new PatchclError('bad-usage', `the run was started with a method "${name}", which is not known here`, {
    subject: run,
    hint,
  });
}
