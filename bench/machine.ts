import { processorName } from '../src/node/processor.ts';

/** What a measurement was made on. @param share what of the machine it had, such as `2 threads` */
export function machineName(share: string): string {
  return `${processorName()}; ${share}; Node ${process.version}`;
}
