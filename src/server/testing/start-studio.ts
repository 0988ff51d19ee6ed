import { type ChildProcess, spawn } from 'node:child_process';

import { httpStudio, type StudioClient } from '../../studio/api/index.ts';
import { pageBesideProgram } from '../../testing/built-program/page.ts';
import { PROGRAM } from '../../testing/built-program/program.ts';

/** A studio that runs in a process of its own, as a person has started it. */
export interface StartedStudio {
  readonly process: ChildProcess;
  readonly url: string;
  readonly token: string;
  readonly studio: StudioClient;
  /** What it has printed for the person. */
  log(): string;
  /** Ends it as Ctrl-C does. */
  end(): Promise<void>;
}

/** @param args of `patchcl studio`; the page is left out */
export function startStudio(...args: readonly string[]): Promise<StartedStudio> {
  return start('0', '--no-page', ...args);
}

/** @param args of `patchcl studio` */
export function startWithPage(...args: readonly string[]): Promise<StartedStudio> {
  return startAt('0', ...args);
}

/** @param args of `patchcl studio` */
export async function startAt(port: string, ...args: readonly string[]): Promise<StartedStudio> {
  await pageBesideProgram();
  return start(port, ...args);
}

async function start(port: string, ...args: readonly string[]): Promise<StartedStudio> {
  const child = spawn(process.execPath, [PROGRAM, 'studio', '--port', port, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, error] = ['', ''];
  child.stderr.on('data', (chunk) => {
    error += String(chunk);
  });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
      if (out.includes('\n')) resolve(out.trim());
    });
    child.once('exit', () => reject(new Error(`the studio has not started: ${error}`)));
  });
  const [url, token] = address.split('/#token=') as [string, string];
  return {
    process: child,
    url,
    token,
    studio: httpStudio(url, token),
    log: () => error,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await gone;
    },
  };
}
