import { existsSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf, PatchclError } from '../core/errors.ts';
import { checkOwnMethod, isMethod, type Method } from '../methods/index.ts';
import { errorCode } from './error-code.ts';

const root = new URL('../../', import.meta.url);
const packageSchema = z.object({
  exports: z.record(z.string(), z.union([z.string(), z.object({ default: z.string() })])),
});

/**
 * The methods that a module of somebody's own exports. Within it, `patchcl` and its parts are this very program, wherever the
 * module lies.
 *
 * @throws PatchclError `bad-usage` for a file that is not there, cannot be run or exports no method
 */
export async function loadPlugin(path: string): Promise<readonly Method[]> {
  resolveOurselves();
  const exported = await load(path);
  const methods = [...new Set(Object.values(exported).filter(isMethod))];
  for (const method of methods) checkOwnMethod(method, path);
  if (methods.length > 0) return methods;
  const hint = 'Export one: an object with a name and phases, see docs/methods.md.';
  throw new PatchclError('bad-usage', 'it exports no method', { subject: path, hint });
}

async function load(path: string): Promise<object> {
  if (!existsSync(path))
    throw new PatchclError('bad-usage', 'there is no such file', { subject: path, hint: 'Check the path.' });
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as object;
  } catch (cause) {
    const details = { subject: path, cause };
    if (errorCode(cause) === 'ERR_UNKNOWN_FILE_EXTENSION') {
      const hint = 'Use Node 22.18 or newer, which runs TypeScript, or compile the file to .js.';
      throw new PatchclError('bad-usage', `Node ${process.versions.node} does not run it`, { ...details, hint });
    }
    throw new PatchclError('bad-usage', `it cannot be run: ${messageOf(cause).split('\n')[0]}`, details);
  }
}

/** Runs on Node's thread for loading: what stands here is all that it knows. */
const HOOKS = `
let targets;
export const initialize = (given) => { targets = given; };
export const resolve = (name, context, next) => next(targets[name] ?? name, context);
`;

let isRegistered = false;

function resolveOurselves(): void {
  if (isRegistered) return;
  isRegistered = true;
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { parentURL: import.meta.url, data: ourModules() });
}

/** Where the modules of this package are, by the names that others import them by: sources in a clone, else what was built. */
function ourModules(): Record<string, string> {
  const text = readFileSync(new URL('package.json', root), 'utf8');
  const entries = Object.entries(packageSchema.parse(JSON.parse(text)).exports);
  const isSource = import.meta.url.endsWith('.ts');
  const placeOf = (built: string) => (isSource ? built.replace(/^\.\/dist\/(.*)\.js$/, './src/$1.ts') : built);
  return Object.fromEntries(
    entries.map(([name, target]) => {
      const built = typeof target === 'string' ? target : target.default;
      return [name.replace('.', 'patchcl'), new URL(placeOf(built), root).href];
    }),
  );
}
