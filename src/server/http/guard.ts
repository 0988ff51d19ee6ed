import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from '../../studio/refusal.ts';

/** Who may talk to the server. */
export interface GuardOptions {
  /** Names and addresses under which the server is asked for, without port. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly token: string;
}

/** Sent with everything: pages of others can neither read nor frame what the studio says, its own load nothing from elsewhere. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self' data: blob:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
};

/**
 * Refuses requests under a name that is not ours: a page of another site may have its own name point to this machine (DNS
 * rebinding), and is then of the same origin as the studio for the browser. Refuses what pages of other sites ask for.
 *
 * @throws Refusal 403, 421
 */
export function checkOrigin(request: IncomingMessage, guard: Pick<GuardOptions, 'hosts' | 'port'>): void {
  checkHost(request, guard);
  const { headers } = request;
  const { origin } = headers;
  if (origin !== undefined && !namesOf(guard).some((name) => origin === `http://${name}`)) {
    throw new Refusal(403, `a page of ${printable(origin)} may not use the studio`);
  }
  const site = headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    if (headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document') return;
    throw new Refusal(403, 'a page of another site may not use the studio');
  }
}

/** The part of `checkOrigin` about our own name, for doors that let pages of some other sites in. @throws Refusal 421 */
export function checkHost(
  { headers: { host = '' } }: IncomingMessage,
  guard: Pick<GuardOptions, 'hosts' | 'port'>,
): void {
  if (namesOf(guard).includes(host.toLowerCase())) return;
  throw new Refusal(421, `the studio is not served under the name "${printable(host)}"`, {
    hint: 'Open the address that patchcl studio has printed.',
  });
}

function namesOf({ hosts, port }: Pick<GuardOptions, 'hosts' | 'port'>): string[] {
  return hosts.flatMap((host) => (port === 80 ? [host, `${host}:80`] : [`${host}:${port}`]));
}

/** @throws Refusal 401 */
export function checkToken({ headers: { authorization = '' } }: IncomingMessage, { token }: GuardOptions): void {
  if (isSameSecret(authorization, `Bearer ${token}`)) return;
  const problem = authorization === '' ? 'the token is missing' : 'the token is not the right one';
  throw new Refusal(401, problem, {
    hint: 'Open the address that patchcl studio has printed.',
    code: 'unauthorised',
  });
}

/** Whether a guess is right, in a time that does not tell how wrong it is. */
export function isSameSecret(guess: string, secret: string): boolean {
  // Digests are of one length, and comparing them takes the same time whatever was guessed.
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(guess), digest(secret));
}

/** Text of a stranger, safe to print. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}
