import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { PROGRAM } from '../../node/program.ts';

/** Open MPI refuses to run as root unless it is told twice. */
const ENVIRONMENT = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** Why tests with several ranks are skipped; undefined where they run. With PATCHCL_REQUIRE_MPI set they run, or fail. */
export const mpiMissing = findMpi();

function findMpi(): string | undefined {
  const version = spawnSync('mpirun.openmpi', ['--version'], { env: ENVIRONMENT });
  if (version.status === 0 || process.env.PATCHCL_REQUIRE_MPI) return undefined;
  const reason = 'for want of mpirun.openmpi (apt-get install openmpi-bin)';
  process.stderr.write(`SKIPPED: tests with several ranks, ${reason}\n`);
  return reason;
}

export interface Job {
  readonly child: ChildProcess;
  /** Resolves to the exit status of mpirun and what all ranks printed. */
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>;
}

/** Starts `patchcl` on so many ranks, more than there are cores if need be. */
export function mpirun(count: number, args: readonly string[]): Job {
  const launch = ['-np', String(count), '--oversubscribe', process.execPath, PROGRAM, ...args];
  const child = spawn('mpirun.openmpi', launch, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<{ status: number | null; output: string }>((resolve) => {
    child.once('close', (status) => resolve({ status, output }));
  });
  return { child, ended };
}

/** Process ids of a job's ranks, in their order. */
export function rankProcesses({ child }: Job): number[] {
  const list = execFileSync('ps', ['-o', 'pid=', '--ppid', String(child.pid)], { encoding: 'utf8' });
  return list.trim().split(/\s+/).map(Number);
}
