import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { mapConcurrently } from '../../data/concurrency.ts';
import { NIFTI_START, niftiExtent } from '../../formats/index.ts';
import { availableMemory, bytesText } from '../../node/memory.ts';
import { memoryNeed, type Workload } from '../../predict/memory-need.ts';
import type { Scan } from '../../predict/scans/scan.ts';

/** What a scan needs, as its header says. */
export interface Need {
  readonly path: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** Needs that are worth a line. */
const WORTH_TELLING = 1e9;

/** What scans need, of those whose size their headers tell at once. */
export async function memoryNeeds(
  scans: readonly Scan[],
  workload: Omit<Workload, 'shape'>,
): Promise<ReadonlyMap<Scan, Need>> {
  const shapes = await mapConcurrently(scans, 8, async (scan) => scan.extent?.());
  return new Map(
    scans.flatMap((scan, i) => {
      const shape = shapes[i];
      return shape === undefined
        ? []
        : [[scan, { path: scan.path, shape, bytes: memoryNeed({ ...workload, shape }) }] as const];
    }),
  );
}

/** What it takes to read and measure a NIfTI file; undefined for others, whose size their headers do not tell at once. */
export async function needToRead(files: Files, path: string | undefined): Promise<Need | undefined> {
  if (path === undefined || !/\.nii(\.gz)?$/i.test(path)) return undefined;
  const start = await files.readStart(path, NIFTI_START).catch(() => undefined);
  const found = start && niftiExtent(start, path);
  if (found === undefined) return undefined;
  const shape = [1, ...found.extent];
  return { path, shape, bytes: memoryNeed({ shape, classes: 0, model: 0 }) };
}

/** What to say before work starts; undefined where no scan is large. */
export function largestNeed(needs: ReadonlyMap<Scan, Need>): string | undefined {
  let largest: Need | undefined;
  for (const need of needs.values()) if (need.bytes > (largest?.bytes ?? WORTH_TELLING)) largest = need;
  if (largest === undefined) return undefined;
  const { path, shape, bytes } = largest;
  return `the largest scan, ${path} (${sizeOf(shape)} voxels), needs up to ${bytesText(bytes)} of memory; ${bytesText(availableMemory())} are free`;
}

/** @param memory bytes that may be used, default what is free. @throws PatchclError `bad-data` */
export function refuseTooLarge(need: Need | undefined, memory: number | undefined): void {
  if (need === undefined) return;
  const free = availableMemory();
  const limit = Math.min(memory ?? Number.POSITIVE_INFINITY, free);
  if (need.bytes <= limit) return;
  const why =
    memory !== undefined && memory <= free
      ? '--memory allows'
      : 'this machine, or what its container may use, has free';
  throw new PatchclError(
    'bad-data',
    `${sizeOf(need.shape)} voxels need up to ${bytesText(need.bytes)} of memory, more than the ${bytesText(limit)} that ${why}`,
    { subject: need.path, hint: 'Open it on a machine with more memory, or cut it into parts.' },
  );
}

/** `512 x 512 x 450`, the way people write it: width, height, depth, and channels where there are several. */
function sizeOf([channels = 1, depth, height, width]: readonly number[]): string {
  return `${width} x ${height} x ${depth}${channels > 1 ? ` x ${channels}` : ''}`;
}
