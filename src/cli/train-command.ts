import { Command } from 'commander';
import type { Config } from '../train/config.ts';
import { resolveConfig } from '../train/load-config.ts';
import { trainRun } from '../train/run.ts';
import { nodeFiles } from './node-files.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { TerminalReporter } from './terminal-reporter.ts';
import { readText } from '../core/files.ts';
import { runPath } from '../train/run-folder.ts';

export function trainCommand(): Command {
  return new Command('train')
    .requiredOption('--data <dir>')
    .requiredOption('--out <run>')
    .option('--method <name>')
    .option('--preset <name>')
    .option('--config <file>')
    .option('--labelled <n>', 'x', Number)
    .option('--size <px>', 'x', Number)
    .option('--seed <n>', 'x', Number)
    .option('--max-minutes <m>', 'x', Number)
    .option('--steps <n>', 'x', Number)
    .option('--threads <n>', 'x', Number)
    .option('--resume')
    .action(async (o: any) => {
      const files = nodeFiles();
      const file = o.resume ? { path: runPath(o.out, 'config'), text: await readText(files, runPath(o.out, 'config')) } : o.config ? { path: o.config, text: await readText(files, o.config) } : undefined;
      const config: Config = resolveConfig({ ...(file ? { file } : {}), overrides: { method: o.method, preset: o.preset, labelled: o.labelled, size: o.size, seed: o.seed, budget: o.maxMinutes || o.steps ? { minutes: o.maxMinutes, steps: o.steps } : undefined, threads: o.threads } });
      const runtime = nodeRuntime({ ...(config.threads ? { threads: config.threads } : {}) });
      let stop = false;
      process.once('SIGINT', () => { stop = true; });
      const r = await trainRun({ config, data: o.data, run: o.out, resume: !!o.resume }, { files, runtime, reporter: new TerminalReporter(), versions: {}, now: () => performance.now() / 1000, wallClock: () => Date.now() / 1000, stopRequested: () => stop });
      process.stderr.write(`${r}\n`);
    });
}
