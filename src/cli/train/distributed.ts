import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { PatchclError } from '../../core/errors.ts';
import { usableCores } from '../../node/cores.ts';
import { runPath } from '../../runs/run-folder.ts';
import { joinMpi, type MpiRanks } from '../../runtime/node/mpi/ranks.ts';
import type { Interrupt } from '../interrupt.ts';
import { fail, note } from '../terminal.ts';

/** Milliseconds that other ranks leave the first one to tell of a mistake they all have made. */
const COURTESY = 1000;

/** One of several processes that train together, and what asks it to stop. */
export interface Team {
  readonly ranks: MpiRanks;
  readonly interrupt: Interrupt;
}

/**
 * Does work together with the processes that `mpirun` started. A rank that fails ends all of them, since they would wait for
 * it without end.
 *
 * @param run folder of the run, to say how it goes on
 */
export async function together(run: string, work: (team: Team) => Promise<void>): Promise<void> {
  const ranks = await joinMpi(process.env);
  const interrupt = catchSignals(ranks, run);
  try {
    if (ranks.count === 1) {
      note('one process trains alone; start several with: mpirun -np 4 npx patchcl train ... --distributed mpi');
    }
    await work({ ranks, interrupt });
    ranks.leave();
  } catch (error) {
    if (ranks.index > 0) await setTimeout(COURTESY);
    ranks.abort(fail(error));
  } finally {
    interrupt.release();
  }
}

/**
 * SIGUSR2, which launchers pass on, asks to stop with a checkpoint. SIGTERM is what becomes of the other ranks when one dies:
 * there is nobody left to train with.
 */
function catchSignals(ranks: MpiRanks, run: string): Interrupt {
  let requested = false;
  const onStop = () => {
    if (!requested && ranks.index === 0) note('stopping within ten steps, with a checkpoint');
    requested = true;
  };
  const onEnd = () => {
    // One of these two is alive when one rank has died, and two can be read where a thousand could not.
    if (ranks.index < 2) {
      note(`patchcl: ${ranks.name} ends: the job was stopped, or another rank ended (mpirun says which).`);
      if (existsSync(runPath(run, 'checkpoint'))) {
        note(`The last checkpoint is kept; continue with any number of ranks: patchcl train --resume --out ${run}`);
      }
    }
    process.exit(1);
  };
  process.on('SIGUSR2', onStop);
  process.on('SIGTERM', onEnd);
  return {
    requested: () => requested,
    release: () => {
      process.off('SIGUSR2', onStop);
      process.off('SIGTERM', onEnd);
    },
  };
}

/** @throws PatchclError `unsupported` for another device than the processor */
export function distributedDevice(device: string): 'cpu' {
  if (device === 'auto' || device === 'cpu') return 'cpu';
  const hint = 'Leave --device out: every rank computes on its processor.';
  throw new PatchclError('unsupported', `ranks do not train on ${device}`, { subject: '--distributed mpi', hint });
}

/** Threads of one rank: the cores it may use, shared with the other ranks of its machine. */
export function threadsOfRank(environment: Readonly<Record<string, string | undefined>> = process.env): number {
  const neighbours = Number(environment.OMPI_COMM_WORLD_LOCAL_SIZE ?? environment.MPI_LOCALNRANKS ?? 1);
  return Math.max(1, Math.floor(usableCores() / neighbours));
}
