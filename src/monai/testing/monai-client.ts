import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The release whose client is used. */
const VERSION = '0.8.5';

/** Its client needs `cgi`, which Python has up to 3.12; the others read back what it has sent. */
const NEEDED = 'import sys, numpy, nibabel, SimpleITK; assert sys.version_info < (3, 13)';

/** Takes one file, monailabel/client/client.py, out of the wheel. */
const TAKE = `import glob, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0])
open(sys.argv[1] + '/client.py', 'wb').write(wheel.read('monailabel/client/client.py'))`;

/**
 * A Python with the real `MONAILabelClient`, fetched from PyPI once and kept in the folder of temporary files. Says on standard error that
 * its tests are skipped where it cannot be had.
 *
 * @returns runs a script with `client.py` on its path; its standard output is parsed as JSON
 */
export function monaiClient(): ((script: string, args: readonly string[]) => Promise<unknown>) | undefined {
  const candidates = [process.env.PYTHON ?? 'python3', '/usr/bin/python3'];
  const python = candidates.find((path) => spawnSync(path, ['-c', NEEDED]).status === 0);
  if (python === undefined) return skipped('a Python up to 3.12 with nibabel and SimpleITK');
  const kept = join(tmpdir(), `patchcl-monailabel-${VERSION}`);
  if (!existsSync(kept) && !fetchClient(python, kept)) return skipped(`monailabel ${VERSION} of PyPI`);
  return async (script, args) => {
    const env = { ...process.env, PYTHONPATH: kept, PYTHONWARNINGS: 'ignore' };
    const { stdout } = await promisify(execFile)(python, [script, ...args], { env, maxBuffer: 2 ** 26 });
    return JSON.parse(stdout);
  };
}

function skipped(what: string): undefined {
  process.stderr.write(`SKIPPED: tests with the real client of MONAI Label, which needs ${what}\n`);
  return undefined;
}

/** @returns whether it is there now */
function fetchClient(python: string, kept: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'patchcl-monailabel-'));
  const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check'];
  const steps = [
    [...pip, 'download', `monailabel==${VERSION}`, '--no-deps', '--only-binary=:all:', '-d', folder],
    ['-c', TAKE, folder],
    [...pip, 'install', 'requests', '--only-binary=:all:', '--target', folder],
  ];
  const isThere = steps.every((step) => spawnSync(python, step).status === 0);
  // Another test may have been faster.
  if (isThere && !existsSync(kept)) renameSync(folder, kept);
  rmSync(folder, { recursive: true, force: true });
  return isThere;
}
