/**
 * Reads inputs number FIRST to COUNT - 1 of a run, for main.ts, which ends this process when an input takes too long or too
 * much. Writes one line before each input (its number) and one after it (JSON); these writes are synchronous, so the last
 * line tells which input a dead process was at.
 */
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { makeCorpus } from './corpus.ts';
import { type Corpus, inputOf } from './inputs.ts';
import { outcomeOf } from './outcome.ts';

/** What a worker says about an input. */
export interface WorkerLine {
  readonly extension: string;
  readonly outcome: 'read' | 'refused' | 'wrong';
  readonly problem?: string;
  /** Of the processor, all threads together. */
  readonly ms: number;
  /** The most memory the process has ever held, MiB. */
  readonly peak: number;
}

const [first = 0, count = 0, seed = 1] = process.argv.slice(2, 5).map(Number);
const [only, folder] = process.argv.slice(5) as [string?, string?];

/** The files of a folder, beside the generated ones: real files find what the generated ones do not have. */
function withFolder(corpus: Corpus, path: string): Corpus {
  const extended: Record<string, Uint8Array[]> = Object.fromEntries(
    Object.entries(corpus).map(([extension, files]) => [extension, [...files]]),
  );
  for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    const extension = Object.keys(extended)
      .filter((candidate) => name.toLowerCase().endsWith(candidate))
      .sort((a, b) => b.length - a.length)[0];
    if (extension !== undefined) extended[extension]?.push(new Uint8Array(readFileSync(`${path}/${name}`)));
  }
  return extended;
}

/** Writes a line, at once: waits while the pipe is full. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

let corpus: Corpus = await makeCorpus();
if (folder) corpus = withFolder(corpus, folder);
if (only)
  corpus = Object.fromEntries(Object.entries(corpus).filter(([extension]) => only.split(',').includes(extension)));

for (let index = first; index < count; index++) {
  say(String(index));
  const input = inputOf(corpus, seed, index);
  const start = process.cpuUsage();
  const outcome = await outcomeOf(input);
  const { user, system } = process.cpuUsage(start);
  const line: WorkerLine = {
    extension: input.extension,
    ...(typeof outcome === 'string' ? { outcome } : { outcome: 'wrong', problem: outcome.wrong }),
    ms: Math.round((user + system) / 1000),
    peak: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  say(JSON.stringify(line));
}
