import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkOrigin, type GuardOptions, isSameSecret } from '../../server/http/guard.ts';
import { Refusal } from '../../studio/refusal.ts';

/** Who may use the API of MONAI Label. */
export interface CallerOptions extends GuardOptions {
  /** Whether nobody is asked for the token. */
  readonly isOpen: boolean;
  /** Pages that may use it, as `http://localhost:3000`. */
  readonly origins: readonly string[];
}

/**
 * Lets pages of the named origins in, and keeps out all others.
 *
 * @returns whether the request has been answered: a browser asks before it lets such a page send what could do harm
 * @throws Refusal 403
 */
export function admitOrigin(request: IncomingMessage, response: ServerResponse, options: CallerOptions): boolean {
  const { origin } = request.headers;
  response.setHeader('Vary', 'Origin');
  if (origin === undefined || !options.origins.includes(origin)) {
    checkOrigin(request, options);
    return false;
  }
  response.setHeader('Access-Control-Allow-Origin', origin);
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
    'Access-Control-Allow-Headers': 'Accept, Authorization, Content-Type',
    'Access-Control-Max-Age': '600',
    // Asked for by browsers where a page of the internet wants something of this machine.
    'Access-Control-Allow-Private-Network': 'true',
    'Content-Length': '0',
  });
  response.end();
  return true;
}

/**
 * A token for a person, of the studio's own: it names them, and nobody else can make one.
 *
 * @throws Refusal 401 when the password is not the studio's token
 */
export function logIn(user: string, password: string, { token }: Pick<CallerOptions, 'token'>): string {
  if (!isSameSecret(password, token)) {
    const hint = 'It is the part behind #token= of the address that patchcl studio has printed.';
    throw new Refusal(401, 'the password is not the right one', { hint, code: 'unauthorised' });
  }
  const name = Buffer.from(user.replace(/\p{Cc}/gu, ' ').slice(0, 100)).toString('base64url');
  return `${name}.${signature(name, token)}`;
}

/** Who asks, where they have said so. @throws Refusal 401 */
export function callerOf({ headers }: IncomingMessage, { token, isOpen }: CallerOptions): string | undefined {
  const given = /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (given !== undefined) {
    const [name = '', signed] = given.split('.');
    if (signed === undefined && isSameSecret(given, token)) return undefined;
    if (signed !== undefined && isSameSecret(signed, signature(name, token))) {
      return Buffer.from(name, 'base64url').toString() || undefined;
    }
  }
  if (isOpen) return undefined;
  const problem = headers.authorization === undefined ? 'the token is missing' : 'the token is not the right one';
  throw new Refusal(401, problem, { hint: 'Log in by /auth/token.', code: 'unauthorised' });
}

function signature(name: string, token: string): string {
  return createHmac('sha256', token).update(`monai ${name}`).digest('base64url');
}
