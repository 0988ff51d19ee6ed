import { cpus } from 'node:os';

/** What a measurement was made on. @param share what of the machine it had, such as `2 threads` */
export function machineName(share: string): string {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${share}, Node ${process.version}`;
}
