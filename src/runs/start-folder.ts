import { PatchclError } from '../core/errors.ts';
import type { Files } from '../core/files.ts';
import { schemeOf } from '../data/classes.ts';
import { toManifest } from '../data/manifest.ts';
import type { RequestedConfig } from '../settings/config.ts';
import { configYaml } from '../settings/load-config.ts';
import { rememberConfig, rememberData } from './checksums.ts';
import { saveFacts } from './facts.ts';
import type { PreparedRun } from './prepare-run.ts';
import { hasFile, runPath } from './run-folder.ts';

/** Writes down what a new run is, before its first step. @throws PatchclError `bad-usage` for a folder that holds a run */
export async function startFolder(
  files: Files,
  run: string,
  config: RequestedConfig,
  { dataset, split, facts, watch, start }: Pick<PreparedRun, 'dataset' | 'split' | 'facts' | 'watch' | 'start'>,
): Promise<void> {
  if (await hasFile(files, run, 'checkpoint')) {
    throw new PatchclError('bad-usage', 'this folder already holds a run', {
      subject: run,
      hint: 'Continue it with --resume, or choose another folder with --out.',
    });
  }
  await files.write(runPath(run, 'config'), configYaml(config));
  await rememberConfig(files, run, config);
  await rememberData(files, run, watch.digests());
  await files.write(runPath(run, 'split'), `${JSON.stringify(toManifest(dataset, split, schemeOf(facts)), null, 2)}\n`);
  if (start !== undefined) await files.write(runPath(run, 'start'), start.file);
  await saveFacts(files, run, facts);
}
