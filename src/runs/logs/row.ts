/** One line of the training log: what was measured after a step. */
export interface LogRow {
  /** Optimiser steps done so far; rows come in the order of their steps. */
  readonly step: number;
  /** When the row was made, in seconds since the Unix epoch (TensorBoard's wall time). */
  readonly wallSeconds: number;
  /** Measured values by name, e.g. `loss/supervised`; a name may be absent in rows that did not measure it. */
  readonly values: Readonly<Record<string, number>>;
}

/** A log that can be written while training and continued after an interruption. */
export interface RowLog {
  /** Adds one row at the end, as a whole. Rows are written in the order of the calls. */
  append(row: LogRow): Promise<void>;
}
