import type { IncomingMessage, ServerResponse } from 'node:http';
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
    const bytes = Buffer.from(body);
    const head = { 'Content-Type': 'application/json', 'Content-Length': bytes.length, Connection: 'close' };
    response.writeHead(status, head).write(bytes);
    whenSent(response.req, () => response.end());
  }
  return { status, message };
}

/** Milliseconds that a client gets to send what is not wanted. */
const LONGEST_REST = 5000;

/**
 * Whoever sends more than is taken reads the answer when all is sent: a connection that is cut before that takes the answer
 * with it. What comes is thrown away.
 */
function whenSent(request: IncomingMessage, then: () => void): void {
  if (request.complete || request.destroyed) {
    then();
    return;
  }
  let isOver = false;
  const end = () => {
    if (!isOver) then();
    isOver = true;
  };
  setTimeout(end, LONGEST_REST).unref();
  request.once('end', end).once('close', end).resume();
}
