/** Where the peers live, which of them are there, and how they are run. Nothing here is needed by patchcl itself. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The virtual environment of the peers: `PATCHCL_PEERS`, or a folder among the caches of whoever runs this. */
export const ENVIRONMENT =
  process.env.PATCHCL_PEERS ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'patchcl-peers');

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Makes the virtual environment and installs the pinned peers. Needs Python 3.10 to 3.12 as `python3`, and PyPI. */
export async function setUp(say: (text: string) => void): Promise<void> {
  say(`peers in ${ENVIRONMENT}`);
  if (!existsSync(inEnvironment())) await run('python3', ['-m', 'venv', ENVIRONMENT]);
  say('installing; PyTorch takes some minutes and gigabytes');
  const install = ['-m', 'pip', 'install', '--quiet', '--requirement', here('requirements.txt')];
  await run(inEnvironment(), install, { maxBuffer: 2 ** 26 });
}

const inEnvironment = () => join(ENVIRONMENT, 'bin', 'python');

/** A peer that answered. */
export interface Peer {
  readonly python: string;
  readonly version: string;
}

/** Prints a package's version; not every one says it itself, and not every installation has metadata. */
const VERSION = `
import importlib, importlib.metadata, sys
module = importlib.import_module(sys.argv[1])
print(getattr(module, '__version__', None) or importlib.metadata.version(sys.argv[1]))
`;

/** Pythons that have a package, by its version: the environment's, and those of the system. */
export async function pythonsWith(module: string): Promise<Peer[]> {
  const found = new Map<string, Peer>();
  for (const python of [inEnvironment(), 'python3', '/usr/bin/python3']) {
    try {
      const { stdout } = await run(python, ['-c', VERSION, module]);
      const version = (stdout.trim().split('+')[0] ?? '').trim();
      if (!found.has(version)) found.set(version, { python, version });
    } catch {
      // Not there, or without the package.
    }
  }
  return [...found.values()];
}

/** Runs one of the scripts beside this file. @returns what it printed last, as JSON */
export async function script<T>(python: string, name: string, args: readonly (string | number)[]): Promise<T> {
  const { stdout } = await run(python, [here(name), ...args.map(String)], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T;
}
