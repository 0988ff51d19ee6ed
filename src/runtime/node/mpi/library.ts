import type { LibraryHandle } from 'koffi';
import { PatchclError } from '../../../core/errors.ts';

/** Environment variable that names the MPI library to load, where it is in no usual place. */
export const LIBRARY_VARIABLE = 'PATCHCL_MPI_LIBRARY';

/** Stack of a call on another thread. */
const STACK_BYTES = 4 * 2 ** 20;

/** From Linux's dlfcn.h. */
const [RTLD_NOW, RTLD_NODELETE] = [2, 0x1000];

type Environment = Readonly<Record<string, string | undefined>>;
type Koffi = typeof import('koffi').default;

/** What MPI calls its communicators, types and operations by: Open MPI by pointers, MPICH by whole numbers. */
export interface MpiHandles {
  /** C type of a handle. */
  readonly type: 'intptr_t' | 'int';
  readonly world: number | bigint;
  readonly float: number | bigint;
  readonly byte: number | bigint;
  readonly sum: number | bigint;
  /** The send buffer that stands for "what the receive buffer holds". */
  readonly inPlace: number;
}

export interface MpiLibrary {
  readonly name: 'Open MPI' | 'MPICH';
  readonly handles: MpiHandles;
  readonly library: LibraryHandle;
}

/** MPICH's numbers, from its mpi.h; they are the same in every library of its ABI (MPICH, Intel MPI, MVAPICH, Cray). */
const MPICH: MpiHandles = {
  type: 'int',
  world: 0x44000000,
  float: 0x4c00040a,
  byte: 0x4c00010d,
  sum: 0x58000003,
  inPlace: -1,
};

const OPEN_MPI_FILES = ['libmpi.so.40', 'libmpi.so', 'libmpi.dylib', '/opt/homebrew/lib/libmpi.dylib'];
const MPICH_FILES = ['libmpich.so.12', 'libmpi.so.12', 'libmpich.so', 'libmpich.dylib'];

/**
 * Processes that the launcher says it started, whichever launcher it was; undefined where there is none.
 *
 * @param environment of the process
 */
export function launchedCount(environment: Environment): number | undefined {
  const text = environment.OMPI_COMM_WORLD_SIZE ?? environment.PMI_SIZE;
  return text === undefined ? undefined : Number(text);
}

/**
 * Loads the MPI library of the launcher that started this process, or whichever there is.
 *
 * @throws PatchclError `unsupported` where there is none
 */
export async function loadMpi(environment: Environment): Promise<MpiLibrary> {
  const koffi = await importKoffi();
  const named = environment[LIBRARY_VARIABLE];
  const isMpich = environment.OMPI_COMM_WORLD_SIZE === undefined && environment.PMI_SIZE !== undefined;
  const usual = isMpich ? [...MPICH_FILES, ...OPEN_MPI_FILES] : [...OPEN_MPI_FILES, ...MPICH_FILES];
  const failures: string[] = [];
  for (const file of named === undefined ? usual : [named]) {
    try {
      const library = koffi.load(file);
      keepLoaded(koffi, file);
      return identify(koffi, library);
    } catch (cause) {
      failures.push((cause as Error).message);
    }
  }
  const hint =
    named === undefined
      ? `Install Open MPI (on Debian and Ubuntu: apt-get install openmpi-bin) or MPICH, or name its library in ${LIBRARY_VARIABLE}.`
      : `${LIBRARY_VARIABLE} has to name a library of Open MPI or MPICH, such as libmpi.so.40.`;
  const problem = named === undefined ? 'there is no MPI library on this machine' : 'the MPI library does not load';
  throw new PatchclError('unsupported', problem, { subject: named ?? '--distributed mpi', hint, cause: failures });
}

async function importKoffi(): Promise<Koffi> {
  try {
    const { default: koffi } = await import('koffi');
    // MPICH's all-reduce needs more than the 128 KiB that koffi gives a call on another thread, and dies without a word.
    koffi.config({ async_stack_size: STACK_BYTES });
    return koffi;
  } catch (cause) {
    const hint = 'Reinstall patchcl with its optional packages (npm ci, without --omit=optional).';
    throw new PatchclError('unsupported', 'koffi, which calls the MPI library, is not there', { cause, hint });
  }
}

/** Open MPI's threads outlive MPI_Finalize: where the library is unloaded under them, the process ends by a crash. */
function keepLoaded(koffi: Koffi, file: string): void {
  if (process.platform !== 'linux') return;
  koffi.load('libc.so.6').func('void *dlopen(const char *file, int flags)')(file, RTLD_NOW | RTLD_NODELETE);
}

function identify(koffi: Koffi, library: LibraryHandle): MpiLibrary {
  try {
    const address = (name: string) => koffi.address(library.symbol(name, 'void *'));
    const handles: MpiHandles = {
      type: 'intptr_t',
      world: address('ompi_mpi_comm_world'),
      float: address('ompi_mpi_float'),
      byte: address('ompi_mpi_byte'),
      sum: address('ompi_mpi_op_sum'),
      inPlace: 1,
    };
    return { name: 'Open MPI', handles, library };
  } catch {
    return { name: 'MPICH', handles: MPICH, library };
  }
}
