import { Command, Option } from 'commander';
import { type Files, readText } from '../../core/files.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { openRun } from '../../runs/open-run.ts';
import { hasFile } from '../../runs/run-folder.ts';
import { settingsJsonSchema } from '../../settings/json-schema.ts';
import { configYaml, mergeSettings, resolveConfig } from '../../settings/load-config.ts';
import type { Overrides } from '../../settings/settings-file.ts';
import { setOption, settingsOf } from '../set-option.ts';
import { print } from '../terminal.ts';

interface ShowOptions {
  readonly method?: string;
  readonly preset?: string;
  readonly set: readonly Overrides[];
}

const EXAMPLES = `
Examples:
  patchcl config schema > patchcl.schema.json       # then, on top of a settings file: # yaml-language-server: $schema=patchcl.schema.json
  patchcl config defaults --preset thorough
  patchcl config show settings.yaml --set seed=3    # every setting that a training with this file would have`;

/** `patchcl config schema | defaults | show [FILE|RUN]` */
export function configCommand(): Command {
  const command = new Command('config')
    .summary('print settings: their schema, their defaults, or what a file resolves to')
    .description('Prints settings of training on standard output.')
    .addHelpText('after', EXAMPLES);
  command
    .command('schema')
    .description('Prints a JSON Schema of settings files, for editors and validators.')
    .action(() => print(JSON.stringify(settingsJsonSchema(), null, 2)));
  command
    .command('defaults')
    .description('Prints every setting as YAML, as it is when nothing is said.')
    .addOption(presetOption())
    .addOption(methodOption())
    .action((options: ShowOptions) => print(configYaml(resolveConfig({ overrides: overridesOf(options) })).trimEnd()));
  command
    .command('show')
    .description('Prints every setting as YAML, as it is with a settings file, or as a run was started with.')
    .argument('<file-or-run>', 'settings file (YAML), or folder of a run')
    .addOption(presetOption())
    .addOption(methodOption())
    .addOption(setOption())
    .action((path: string, options: ShowOptions) => show(nodeFiles(), path, options));
  return command;
}

async function show(files: Files, path: string, options: ShowOptions): Promise<void> {
  const isRun = await hasFile(files, path, 'config');
  const config = isRun
    ? await openRun(files, path).request()
    : resolveConfig({ file: { path, text: await readText(files, path) }, overrides: overridesOf(options) });
  print(configYaml(config).trimEnd());
}

function overridesOf({ method, preset, set }: ShowOptions): Overrides {
  return mergeSettings({ method, preset }, settingsOf(set));
}

const presetOption = () => new Option('--preset <name>', 'set of settings that others lie over');
const methodOption = () => new Option('--method <name>', 'how to train');
