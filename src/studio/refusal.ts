import { PatchclError } from '../core/errors.ts';

/** A request that is not served, with the HTTP status that says so. */
export class Refusal extends PatchclError {
  readonly status: number;

  constructor(status: number, problem: string, details: { subject?: string; hint?: string } = {}) {
    super('bad-usage', problem, details);
    this.status = status;
  }
}
