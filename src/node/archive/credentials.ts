import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { PatchclError } from '../../core/errors.ts';

const FILE = 'PATCHCL_DICOMWEB_CREDENTIALS';

const entrySchema = z.union([
  z.strictObject({ user: z.string().min(1), password: z.string() }),
  z.strictObject({ token: z.string().min(1) }),
]);
const fileSchema = z.record(z.string(), entrySchema);

type Entry = z.infer<typeof entrySchema>;

/** What of the environment is looked at. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The `Authorization` header for an archive, from a file with an entry for its origin, else from the environment.
 *
 * @param origins of all archives of a command: what the environment says can be meant for one alone
 * @returns undefined where there are no credentials
 * @throws PatchclError `bad-usage`, which repeats none of them
 */
export function authorizationFor(
  origin: string,
  environment: Environment = process.env,
  origins: readonly string[] = [origin],
): string | undefined {
  const path = environment[FILE];
  const entry = (path ? fromFile(path, origin) : undefined) ?? fromEnvironment(environment, origins);
  if (entry === undefined) return undefined;
  refusePlain(origin, environment);
  const header = headerOf(entry);
  if (/^[\x20-\x7e]+$/.test(header)) return header;
  throw refusal(
    'the token has signs in it that no token has',
    'Check PATCHCL_DICOMWEB_TOKEN, also for an end of line.',
  );
}

function headerOf(entry: Entry): string {
  if ('token' in entry) return `Bearer ${entry.token}`;
  return `Basic ${Buffer.from(`${entry.user}:${entry.password}`).toString('base64')}`;
}

function fromEnvironment(environment: Environment, origins: readonly string[]): Entry | undefined {
  const user = environment.PATCHCL_DICOMWEB_USER;
  const password = environment.PATCHCL_DICOMWEB_PASSWORD;
  const token = environment.PATCHCL_DICOMWEB_TOKEN;
  if (!user && !token) return undefined;
  if (new Set(origins).size > 1) {
    const problem = 'the credentials in the environment are for one archive, and two are named';
    throw refusal(problem, `Write those of each into a file and name it with ${FILE}.`);
  }
  if (token) return { token };
  if (user?.includes(':')) throw refusal('a user name cannot hold a colon', 'Check PATCHCL_DICOMWEB_USER.');
  if (password !== undefined) return { user: user as string, password };
  throw refusal('there is a user name but no password', 'Set PATCHCL_DICOMWEB_PASSWORD too.');
}

function fromFile(path: string, origin: string): Entry | undefined {
  const say = (problem: string, hint: string) => refusal(problem, hint, path);
  const entries = (() => {
    try {
      const { mode } = statSync(path);
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
        throw say('others can read this file of credentials', 'Keep it for yourself: chmod 600.');
      }
      return fileSchema.safeParse(parse(readFileSync(path, 'utf8')));
    } catch (error) {
      if (error instanceof PatchclError) throw error;
      // The message of the parser repeats lines of the file.
      throw say('this file of credentials cannot be read', `Check ${FILE}.`);
    }
  })();
  if (entries.success) {
    const found = Object.entries(entries.data).find(([url]) => originOf(url) === origin);
    return found?.[1];
  }
  const hint = 'Write a line such as "https://pacs.example.org: { user: ann, password: ... }" or "{ token: ... }".';
  throw say('this file of credentials is not as it should be', hint);
}

function originOf(url: string): string | undefined {
  try {
    return new URL(url.replace(/^dicomweb\+/i, '')).origin;
  } catch {
    return undefined;
  }
}

/** Without encryption everybody on the way can read them. */
function refusePlain(origin: string, environment: Environment): void {
  const { protocol, hostname } = new URL(origin);
  const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
  if (protocol === 'https:' || isLoopback || environment.PATCHCL_DICOMWEB_PLAIN === 'yes') return;
  const problem = 'credentials would go to this archive without encryption';
  const hint = 'Use https, or set PATCHCL_DICOMWEB_PLAIN=yes where nobody else is on the network.';
  throw refusal(problem, hint, origin);
}

function refusal(problem: string, hint: string, subject = 'the credentials of the archive'): PatchclError {
  return new PatchclError('bad-usage', problem, { subject, hint });
}
