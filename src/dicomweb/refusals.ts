import { PatchclError } from '../core/errors.ts';
import { TooSlow } from './limits.ts';

/** What is said where an archive could not be reached, by the code of the cause. */
const NETWORK: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  ECONNREFUSED: ['nothing answers at its address', 'Check the address, and that the archive runs.'],
  ECONNRESET: ['it ended the connection', 'Try again later.'],
  ENOTFOUND: ['there is no machine of that name', 'Check the address.'],
  EAI_AGAIN: ['the name of its machine cannot be looked up now', 'Check the network.'],
  EHOSTUNREACH: ['no way leads to its machine', 'Check the network.'],
  ENETUNREACH: ['no way leads to its machine', 'Check the network.'],
  ETIMEDOUT: ['it does not answer', 'Try again later.'],
  UND_ERR_CONNECT_TIMEOUT: ['it does not answer', 'Check the address and the network.'],
  UND_ERR_SOCKET: ['it ended the connection', 'Try again later.'],
};

const CA_HINT = 'Give the certificate of its authority in a file with NODE_EXTRA_CA_CERTS.';

/** Certificates that are not trusted, and what is no TLS at all. */
const TLS: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is signed by itself and not trusted', CA_HINT],
  SELF_SIGNED_CERT_IN_CHAIN: ['the authority of its certificate is not trusted', CA_HINT],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['the authority of its certificate is not known', CA_HINT],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['the authority of its certificate is not known', CA_HINT],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Ask who runs the archive to renew it.'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'Check the clock of this machine.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'Use the name that the certificate is for.'],
};

const NO_TLS = [
  'it does not speak TLS as it should',
  'Check the port, and whether its address begins with http.',
] as const;

/** The codes of an error and of what caused it. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    if ('code' in cause && typeof cause.code === 'string') codes.push(cause.code);
    if (cause instanceof AggregateError) codes.push(...cause.errors.slice(0, 3).flatMap(codesOf));
  }
  return codes;
}

/** What a failure on the way to an archive means to a person. It names neither filters nor credentials. */
export function networkRefusal(error: unknown, base: string): PatchclError {
  if (error instanceof PatchclError) {
    const { code, problem, hint } = error;
    return error.subject === undefined
      ? new PatchclError(code, problem, { subject: base, ...(hint !== undefined && { hint }) })
      : error;
  }
  const say = (problem: string, hint: string) => new PatchclError('unreachable', problem, { subject: base, hint });
  // Of fetch every failure is a TypeError with a cause; what is none of the network is a mistake of ours.
  if (!(error instanceof TooSlow) && codesOf(error).length === 0 && !(error instanceof TypeError && error.cause)) {
    throw error;
  }
  if (error instanceof TooSlow) return say('its answer stands still', 'Try again later, or ask who runs the archive.');
  const codes = codesOf(error);
  const known = codes.map((code) => TLS[code] ?? NETWORK[code]).find((words) => words !== undefined);
  if (known !== undefined) return say(...known);
  if (codes.some((code) => /SSL|TLS|EPROTO|CERT/.test(code))) return say(...NO_TLS);
  return say(`it cannot be reached (${codes[0] ?? 'no reason is given'})`, 'Check the address and the network.');
}

/** Whether it is of use to ask again: not where a certificate is wrong, or an answer makes no sense. */
export function isPassing(error: unknown): boolean {
  if (error instanceof PatchclError) return false;
  const codes = codesOf(error);
  return !codes.some((code) => code in TLS || code === 'ENOTFOUND' || /SSL|EPROTO|ERR_TLS/.test(code));
}

/** Answers after which it is of use to ask again. */
export const isPassingStatus = (status: number) => [408, 429, 500, 502, 503, 504].includes(status);

/** What an answer that is none means to a person. What the archive writes is not repeated: it may name patients. */
export function statusRefusal(status: number, base: string, hasCredentials: boolean): PatchclError {
  const say = (problem: string, hint: string) => new PatchclError('unreachable', problem, { subject: base, hint });
  if (status === 401 && !hasCredentials) {
    const names = 'PATCHCL_DICOMWEB_USER and PATCHCL_DICOMWEB_PASSWORD, or PATCHCL_DICOMWEB_TOKEN';
    return say('it asks who you are', `Set ${names} in the environment.`);
  }
  if (status === 401)
    return say('it does not accept the credentials', 'Check the user name, the password or the token.');
  if (status === 403) return say('it does not allow this', 'Ask who runs the archive for the right to do it.');
  if (status === 404) return say('there is no such service or object', 'Check the path in its address.');
  if (status === 413) return say('it takes no object of that size', 'Ask who runs the archive to raise its limit.');
  return say(`it answers with status ${status}`, 'Look into the log of the archive.');
}
