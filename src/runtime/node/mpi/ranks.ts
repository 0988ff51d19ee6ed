import { fstatSync } from 'node:fs';
import { hostname } from 'node:os';
import { PatchclError } from '../../../core/errors.ts';
import type { Ranks } from '../../../core/ranks.ts';
import { launchedCount, loadMpi, type MpiLibrary } from './library.ts';

/** The processes that `mpirun` started together. */
export interface MpiRanks extends Ranks {
  /** Which MPI it is. */
  readonly library: string;
  /** Says goodbye to the others; every rank has to, before it ends. */
  leave(): void;
  /** Ends all ranks at once, with this exit status. */
  abort(status: number): void;
}

/** Only one thread calls MPI at a time, but not always the same one. */
const THREAD_SERIALIZED = 2;

type Call = (...values: unknown[]) => number;
type AsyncCall = Call & { async(...values: unknown[]): void };

/**
 * Joins the processes that were started together.
 *
 * @throws PatchclError `unsupported` where there is no MPI, or another one than that of the launcher
 */
export async function joinMpi(environment: Readonly<Record<string, string | undefined>>): Promise<MpiRanks> {
  checkLauncherReaches(environment);
  const mpi = await loadMpi(environment);
  const calls = bind(mpi);
  const { world, float, byte, sum, inPlace } = mpi.handles;
  const check = (what: string, code: number) => {
    if (code !== 0) throw new PatchclError('unsupported', `${what} of ${mpi.name} failed with error ${code}`);
  };
  const provided = [0];
  check('MPI_Init_thread', calls.init(null, null, THREAD_SERIALIZED, provided));
  const [index, count] = [[0], [0]];
  check('MPI_Comm_rank', calls.rank(world, index));
  check('MPI_Comm_size', calls.size(world, count));
  const ranks: MpiRanks = {
    index: index[0] as number,
    count: count[0] as number,
    name: `rank ${index[0]} on ${hostname()}`,
    library: mpi.name,
    // On a thread of its own: while it waits for others, this process still hears that it is to end.
    sum: async (values) =>
      check('MPI_Allreduce', await inThread(calls.allReduce, inPlace, values, values.length, float, sum, world)),
    fromFirst: async (bytes) =>
      check('MPI_Bcast', await inThread(calls.broadcast, bytes, bytes.length, byte, 0, world)),
    leave: () => check('MPI_Finalize', calls.finalize()),
    abort: (status) => {
      calls.abort(world, status);
    },
  };
  checkLaunch(ranks, provided[0] as number, launchedCount(environment));
  return ranks;
}

function bind({ library, handles }: MpiLibrary) {
  const handle = handles.type;
  return {
    init: library.func('int MPI_Init_thread(void *argc, void *argv, int required, _Out_ int *provided)') as Call,
    rank: library.func(`int MPI_Comm_rank(${handle} comm, _Out_ int *rank)`) as Call,
    size: library.func(`int MPI_Comm_size(${handle} comm, _Out_ int *size)`) as Call,
    allReduce: library.func(
      `int MPI_Allreduce(intptr_t send, void *receive, int count, ${handle} type, ${handle} op, ${handle} comm)`,
    ) as AsyncCall,
    broadcast: library.func(
      `int MPI_Bcast(void *buffer, int count, ${handle} type, int root, ${handle} comm)`,
    ) as AsyncCall,
    finalize: library.func('int MPI_Finalize()') as Call,
    abort: library.func(`int MPI_Abort(${handle} comm, int status)`) as Call,
  };
}

function inThread(call: AsyncCall, ...values: unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...values, (error: Error | null, code: number) => (error === null ? resolve(code) : reject(error)));
  });
}

/** MPICH's launcher talks through an open file, which npx does not pass on to what it starts. */
function checkLauncherReaches({ PMI_FD: descriptor }: Readonly<Record<string, string | undefined>>): void {
  if (descriptor === undefined || isSocket(Number(descriptor))) return;
  const hint = 'Start patchcl without npx: mpirun -np 4 node_modules/.bin/patchcl train ... --distributed mpi';
  throw new PatchclError('unsupported', "the connection to MPICH's launcher is closed", {
    subject: '--distributed mpi',
    hint,
  });
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

function checkLaunch(ranks: MpiRanks, threads: number, launched: number | undefined): void {
  if (launched !== undefined && launched !== ranks.count) {
    const problem = `${launched} processes were started, but to ${ranks.library} this is rank ${ranks.index} of ${ranks.count}`;
    const hint = 'Use the mpirun of the library that is loaded, or name its library in PATCHCL_MPI_LIBRARY.';
    throw new PatchclError('unsupported', problem, { subject: '--distributed mpi', hint });
  }
  if (threads < THREAD_SERIALIZED) {
    const hint = 'Use a build of it with MPI_THREAD_SERIALIZED or more; those of Linux distributions have it.';
    throw new PatchclError('unsupported', `this ${ranks.library} is built for one thread only`, { hint });
  }
}
