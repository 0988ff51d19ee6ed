import type { ServerResponse } from 'node:http';
import { type ErrorCode, PatchclError } from '../../core/errors.ts';
import { Refusal } from '../../studio/refusal.ts';

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  'bad-usage': 400,
  'bad-config': 400,
  'bad-file': 422,
  'bad-data': 422,
  unsupported: 422,
  unwritable: 507,
};

/** Answers with the failure as JSON; a bug of ours is told without its details, which go to the log. @returns status and sentence */
export function sendFailure(response: ServerResponse, error: unknown): { status: number; message: string } {
  const known = error instanceof PatchclError ? error : undefined;
  const status = error instanceof Refusal ? error.status : ((known && STATUS[known.code]) ?? 500);
  const message = known?.message ?? 'The studio failed at this; its terminal says how.';
  const { subject, hint } = known ?? {};
  const body = JSON.stringify({
    error: {
      code: known?.code ?? 'bug',
      message,
      ...(subject !== undefined && { subject }),
      ...(hint !== undefined && { hint }),
    },
  });
  if (response.headersSent) response.destroy();
  else {
    // What is left of the request's body is not read.
    response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close' }).end(body);
  }
  return { status, message };
}
