import { spawnSync } from 'node:child_process';

/**
 * A Python that has a package, for comparing with reference implementations. Says on standard error that its tests are
 * skipped when there is none.
 *
 * @returns runs a script: standard input and arguments in, standard output parsed as JSON out; undefined without such a Python
 */
export function pythonWith(
  module: string,
): ((script: string, args: readonly string[], input?: string) => unknown) | undefined {
  const python = pythonPath(module);
  if (python === undefined) return undefined;
  return (script, args, input = '') => {
    const { status, stdout, stderr } = spawnSync(python, ['-c', script, ...args], { input, maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error(`the Python script failed: ${stderr}`);
    return JSON.parse(String(stdout));
  };
}

/** The program of a Python that has a package, as `pythonWith`. @param module one, or several with commas between */
export function pythonPath(module: string): string | undefined {
  const candidates = [process.env.PYTHON ?? 'python3', '/usr/bin/python3'];
  const python = candidates.find((path) => spawnSync(path, ['-c', `import ${module}`]).status === 0);
  if (python === undefined) {
    process.stderr.write(`SKIPPED: tests against the Python package ${module}, which is not there\n`);
  }
  return python;
}
