import { stat } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import { SCAN_WORKER } from '../../node/program.ts';
import { SupervisedChild } from '../../node/supervised-child.ts';
import { wholeNumber } from '../arguments.ts';
import type { Opening, Question } from './protocol.ts';

/** What one scan may take. */
export interface ScanLimits {
  /** Bytes. */
  readonly memory?: number;
  /** Seconds without progress, large files more. */
  readonly patience?: number;
}

/** Seconds. */
const PATIENCE = 120;

/** Bytes a second that the slowest step gets through: large scans may be silent for longer. */
const SLOWEST = 1e6;

/** What is compressed is as much larger as a file without much in it. */
const PACKED = 20;
const isPacked = (path: string) => /\.(gz|h5|hdf5|png|jpe?g|dcm)$/i.test(path);

export function memoryOption(): Option {
  const text =
    'most memory that one scan may take, as 8G or 500M (default: what the machine or its container has free)';
  return new Option('--memory <size>', text).argParser(byteCount);
}

export function patienceOption(): Option {
  const text = `give a scan up that makes no progress in so many seconds of computing, and a second more per megabyte (default: ${PATIENCE})`;
  return new Option('--patience <seconds>', text).argParser(wholeNumber(1));
}

/** Reads `8G`, `500M`, `2GiB` or a number of bytes. */
export function byteCount(text: string): number {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text) ?? [];
  const bytes = Number(number) * 1024 ** ' kmgt'.indexOf(unit.toLowerCase() || ' ');
  if (Number.isFinite(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError('A size such as 8G or 500M is expected.');
}

/** Reads scans in a process of its own, which is killed when a scan takes too long or too much, and started anew. */
export class ScanWorker {
  readonly #child: SupervisedChild;
  readonly #limits: ScanLimits;

  constructor(opening: Opening, limits: ScanLimits = {}) {
    this.#limits = limits;
    const subject = opening.type === 'model' ? opening.model : opening.type === 'data' ? opening.path : 'patchcl';
    const { type } = opening;
    const message =
      type === 'model'
        ? (({ model, device, threads, flips, keepLargest }) => ({ type, model, device, threads, flips, keepLargest }))(
            opening,
          )
        : opening;
    this.#child = new SupervisedChild(SCAN_WORKER, {
      message,
      subject,
      budget: { patience: 1000 * Math.max(PATIENCE, limits.patience ?? 0) },
    });
  }

  /** Starts the process. @returns what a person should know of it. @throws PatchclError when it cannot open the model or the data set */
  async opened(): Promise<readonly string[]> {
    return (await this.#child.opened()) as readonly string[];
  }

  /** @param files that are read, whose size decides how long silence is borne. @throws PatchclError naming `subject` */
  async ask<T>(question: Question, subject: string, files: readonly string[]): Promise<T> {
    let bytes = 0;
    for (const path of files)
      bytes += ((await stat(path).catch(() => undefined))?.size ?? 0) * (isPacked(path) ? PACKED : 1);
    const { patience = PATIENCE, memory } = this.#limits;
    return this.#child.ask<T>(question, { patience: 1000 * (patience + bytes / SLOWEST), memory }, subject);
  }

  close(): void {
    this.#child.close();
  }
}
