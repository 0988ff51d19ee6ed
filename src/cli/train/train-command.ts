import { Command, Option } from 'commander';
import { isArchive } from '../../core/archive-address.ts';
import { PatchclError } from '../../core/errors.ts';
import { type Files, readText } from '../../core/files.ts';
import type { Method } from '../../methods/index.ts';
import { usableCores } from '../../node/cores.ts';
import { announced, type DeviceOptions, runtimeFor } from '../../node/device.ts';
import { holdingFolder } from '../../node/hold-folder.ts';
import { machine } from '../../node/machine.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { openRun } from '../../runs/open-run.ts';
import { SILENT_REPORTER } from '../../runs/reporter.ts';
import { hasFile } from '../../runs/run-folder.ts';
import type { TrainOptions } from '../../runs/train-host.ts';
import { trainRun } from '../../runs/train-run.ts';
import type { RequestedConfig } from '../../settings/config.ts';
import { configYaml, mergeSettings, resolveConfig } from '../../settings/load-config.ts';
import { AUTO_PRESET } from '../../settings/presets.ts';
import { type Overrides, parseSettings } from '../../settings/settings-file.ts';
import { wholeData } from '../archive-data.ts';
import { deviceOption, threadsOption } from '../device-options.ts';
import { catchInterrupt, STOPPED } from '../interrupt.ts';
import { checkWritable } from '../outputs.ts';
import { methodOfRun, methodsWith, pluginOption } from '../plugin-option.ts';
import { settingsOf } from '../set-option.ts';
import { note } from '../terminal.ts';
import { distributedDevice, type Team, threadsOfRank, together } from './distributed.ts';
import { dryRun, duration } from './dry-run.ts';
import { checkConfig } from './edited-config.ts';
import { tellEnd } from './ending.ts';
import { type ProgressOptions, progressOptions, reporterFor, tellingErrors } from './progress.ts';
import { budgetOf, methodLines, overridesOf, type SettingOptions, settingOptions } from './train-options.ts';

interface TrainCommandOptions extends SettingOptions, DeviceOptions, ProgressOptions {
  readonly data?: string;
  readonly out: string;
  readonly config?: string;
  readonly resume?: boolean;
  readonly startFrom?: string;
  readonly resumeBefore?: boolean;
  readonly takeConfig?: boolean;
  readonly distributed?: 'mpi';
  readonly dryRun?: boolean;
  readonly plugin: readonly string[];
  /** The command as it was given. */
  readonly typed?: string;
}

const EXAMPLES = `
Data: a folder with images/ and masks/ (NIfTI, PNG, TIFF or JPEG images, masks of the same names; an image without mask is
unlabelled), DICOM series with DICOM SEG objects, or another layout of docs/own-data.md. Patients are split into
training, validation and test; the split is kept in the run folder.

Methods:
${methodLines()}

Examples:
  patchcl train --data scans --out runs/first --max-minutes 30
  patchcl train --data scans --out runs/first --resume
  patchcl train --data scans --out runs/second --start-from runs/first     # more scans are annotated now
  patchcl train --data "dicomweb+https://pacs.example.org/dicom-web?Modality=MR&limit=30" --out runs/archive   # see docs/how-to/orthanc.md
  patchcl train --data scans --out runs/lower-bound --method supervised --steps 2000
  patchcl train --data scans --out runs/own --plugin my-method.js --method my-method   # see docs/methods.md
  mpirun -np 4 npx patchcl train --data scans --out runs/four --distributed mpi     # see docs/scaling.md`;

/** `patchcl train --data DIR --out RUN`. @param typed the command as it was given, for the record */
export function trainCommand(typed: string): Command {
  const command = new Command('train')
    .summary('train a model')
    .description('Trains a segmentation network on scans of which few have masks, and reports how good it is.')
    .option('--data <dir>', 'folder of the data set, or the address of an archive (dicomweb+https://...)')
    .requiredOption('--out <run>', 'folder for the run: model.onnx, report.html, logs, checkpoints');
  for (const option of [...settingOptions(), ...progressOptions()]) command.addOption(option);
  return command
    .option('--config <file>', 'settings as YAML, e.g. the config.yaml of another run; options above go before it')
    .addOption(pluginOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .option(
      '--resume',
      'continue the run in --out with its saved settings and budget; starts it when there is nothing to continue',
    )
    .option(
      '--start-from <run>',
      'start from the best network of an earlier run, whose held-out patients stay held out (default: a network that knows nothing)',
    )
    .option('--resume-before', 'as --resume, from the checkpoint before the last one, when that is damaged')
    .option(
      '--take-config',
      'with --resume: take the settings of a config.yaml that was edited after the run was started',
    )
    .addOption(
      new Option(
        '--distributed <how>',
        'train with the other processes that mpirun started, which share each batch',
      ).choices(['mpi']),
    )
    .option('--dry-run', 'say what would be read, planned and trained, and for how long; write nothing')
    .addHelpText('after', EXAMPLES)
    .action((given: TrainCommandOptions) => {
      const options = { ...given, typed };
      return tellingErrors(options, () =>
        options.distributed === undefined
          ? train(nodeFiles(), options)
          : together(options.out, (team) => train(nodeFiles(), options, team)),
      );
    });
}

async function train(files: Files, given: TrainCommandOptions, team?: Team): Promise<void> {
  const options = given.resumeBefore ? { ...given, resume: true } : given;
  const { out } = options;
  // A run that died before its first checkpoint has nothing to continue: --resume then starts it.
  const resume = options.resume === true && (await hasFile(files, out, 'checkpoint'));
  if (options.resume && !resume && options.data === undefined) {
    const hint = 'Start the run: give the folder of the data set with --data.';
    throw new PatchclError('bad-usage', 'there is no checkpoint to continue from', { subject: out, hint });
  }
  const methods = await methodsWith(options.plugin);
  const config = resume ? await resumedConfig(files, options, methods) : await newConfig(files, options, methods);
  if (resume) await checkStart(files, out, options.startFrom);
  const method = methodOfRun(out, config.method, methods);
  const data = options.data ?? (resume ? await openRun(files, out).dataFolder() : undefined);
  if (data === undefined) {
    throw new PatchclError('bad-usage', 'the folder of the data set is missing', { hint: 'Give it with --data.' });
  }
  if (!isArchive(data)) refuseWithin(files, out, data);
  const place = await wholeData(data);
  if (options.dryRun) return dryRun(files, place, { config, method, startFrom: options.startFrom });
  if (leads(team)) await checkWritable(files, out);
  const from = resume && options.resumeBefore ? 'before' : resume;
  const { startFrom } = options;
  const source = { data: place.folder, dataName: place.name, ...(startFrom !== undefined && { startFrom }) };
  const work = () => carryOut(files, { config, ...source, run: out, resume: from, method }, options, team);
  await (leads(team) ? holdingFolder(out, work) : work());
}

/** Of several processes the first one writes. */
const leads = (team: Team | undefined) => team === undefined || team.ranks.index === 0;

async function carryOut(
  files: Files,
  { config, ...options }: TrainOptions,
  { device = config.device, threads = config.threads, typed, ...progress }: TrainCommandOptions,
  team: Team | undefined,
): Promise<void> {
  const ranks = team?.ranks;
  const runtime =
    ranks === undefined
      ? announced(await runtimeFor({ device, threads }, note), note)
      : await runtimeFor({ device: distributedDevice(device), threads: threads ?? threadsOfRank() }, note);
  const interrupt = team?.interrupt ?? catchInterrupt();
  const [reporter, stopRequested] = [leads(team) ? reporterFor(progress) : SILENT_REPORTER, interrupt.requested];
  const record = typed === undefined ? {} : { command: typed };
  const host = { ...machine(), ...record, files, runtime, reporter, stopRequested, ...(ranks && { ranks }) };
  try {
    const outcome = await trainRun({ ...options, config: { ...config, ...(threads ? { threads } : {}) } }, host);
    if (leads(team)) await tellEnd(files, options.run, outcome, progress);
    if (outcome === 'stopped') process.exitCode = STOPPED;
  } finally {
    interrupt.release();
  }
}

/** @throws PatchclError `bad-usage` for a run within the data it trains on: its files would be taken for data the next time */
function refuseWithin(files: Files, out: string, data: string): void {
  const [run, root] = [files.absolute(out), files.absolute(data)];
  if (run !== root && !run.startsWith(`${root.replace(/\/$/, '')}/`)) return;
  const problem = run === root ? 'it is the folder of the data' : 'it lies within the folder of the data';
  throw new PatchclError('bad-usage', problem, { subject: `--out ${out}`, hint: 'Choose a folder beside it.' });
}

async function newConfig(
  files: Files,
  options: TrainCommandOptions,
  methods: readonly Method[],
): Promise<RequestedConfig> {
  const { config: path, out } = options;
  if (await hasFile(files, out, 'checkpoint')) {
    throw new PatchclError('bad-usage', 'this folder already holds a run', {
      subject: out,
      hint: 'Continue it with --resume, or choose another folder with --out.',
    });
  }
  const file = path === undefined ? undefined : { path, text: await readText(files, path) };
  const { steps, maxMinutes: minutes, threads } = options;
  // The preset `auto` goes by them.
  const overrides = mergeSettings(overridesOf(options), { budget: { steps, minutes } });
  const config = resolveConfig({ ...(file && { file }), overrides, methods, cores: threads ?? usableCores() });
  const chosen = { ...config, budget: budgetOf(options, config) };
  if (options.preset === AUTO_PRESET) note(`preset auto: ${config.preset}, for ${duration(chosen)}`);
  return chosen;
}

/** A command may be repeated with --resume, but a run goes on from where it started. */
async function checkStart(files: Files, out: string, startFrom: string | undefined): Promise<void> {
  if (startFrom === undefined) return;
  const { start } = await openRun(files, out).facts();
  if (start?.run === files.absolute(startFrom)) return;
  const then = start === undefined ? 'from a network that knew nothing' : `from ${start.run}`;
  throw new PatchclError(
    'bad-usage',
    `--resume goes on with a run, but it was started ${then}, not from ${startFrom}`,
    {
      subject: out,
      hint: 'Leave --start-from out, or start a new run in another folder.',
    },
  );
}

/** Settings with some of them changed; of an older version's run, what it did not know stays as it was. */
function changed(saved: RequestedConfig, settings: Overrides): RequestedConfig {
  const overrides = mergeSettings({ ...saved }, settings);
  return resolveConfig({ overrides, methods: 'any', isComplete: true });
}

/** Settings but for the threads, which change how fast a run is and nothing else. */
function trainedSettings({ threads: _, ...settings }: RequestedConfig): string {
  return configYaml(settings);
}

/**
 * A resumed run repeats what an uninterrupted one would have done: settings may be given again, so that a script can repeat
 * its command, but no other ones.
 */
async function resumedConfig(
  files: Files,
  options: TrainCommandOptions,
  methods: readonly Method[],
): Promise<RequestedConfig> {
  const { out, config: path, steps, maxMinutes } = options;
  const saved = await openRun(files, out).request();
  await checkConfig(files, out, saved, options.takeConfig === true);
  const file = path === undefined ? undefined : { path, text: await readText(files, path) };
  methodOfRun(out, saved.method, methods);
  const given = resolveConfig({ ...(file && { file }), overrides: overridesOf(options), methods });
  const inFile = changed(saved, file === undefined ? {} : parseSettings(file.text, file.path).values);
  const names = ['method', 'preset', 'labelled', 'size', 'seed'] as const;
  const pairs: (readonly [string, unknown, unknown])[] = [
    ...names
      .filter((name) => options[name] !== undefined && options[name] !== AUTO_PRESET)
      .map((name) => [`--${name}`, given[name], saved[name]] as const),
    ...(options.set?.length
      ? [['--set', configYaml(changed(saved, settingsOf(options.set))), configYaml(saved)] as const]
      : []),
    ...(options.patients === undefined ? [] : [['--patients', given.data.patients, saved.data.patients] as const]),
    ...(steps === undefined ? [] : [['--steps', steps, saved.budget.steps] as const]),
    ...(maxMinutes === undefined ? [] : [['--max-minutes', maxMinutes, saved.budget.minutes] as const]),
    ...(file === undefined
      ? []
      : [['--config', trainedSettings({ ...inFile, budget: saved.budget }), trainedSettings(saved)] as const]),
  ];
  const other = pairs.find(([, now, then]) => now !== then);
  if (other === undefined) return saved;
  const [name, now, then] = other;
  const difference =
    name === '--config' || name === '--set' ? 'other settings' : `${now}, the run was started with ${then ?? 'none'}`;
  throw new PatchclError('bad-usage', `--resume keeps the settings of the run, but ${name} says ${difference}`, {
    subject: out,
    hint: 'Leave it out, or start a new run in another folder.',
  });
}
