import { type ErrorCode, PatchclError } from '../core/errors.ts';

interface RefusalDetails {
  readonly subject?: string;
  readonly hint?: string;
  readonly code?: ErrorCode;
}

/** A request that is not served, with the HTTP status that says so. */
export class Refusal extends PatchclError {
  readonly status: number;

  constructor(status: number, problem: string, details: RefusalDetails = {}) {
    super(details.code ?? 'bad-usage', problem, details);
    this.status = status;
  }
}
