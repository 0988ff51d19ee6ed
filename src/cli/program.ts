import { Command, CommanderError } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { patchclVersion } from '../node/versions.ts';
import { checkArguments } from './arguments-check.ts';
import { commandLine } from './command-line.ts';
import { compareCommand } from './compare/compare-command.ts';
import { completionCommand } from './completion/completion-command.ts';
import { configCommand } from './config/config-command.ts';
import { demoCommand } from './demo/demo-command.ts';
import { evaluateCommand } from './evaluate/evaluate-command.ts';
import { exportCommand } from './export/export-command.ts';
import { inspectCommand } from './inspect/inspect-command.ts';
import { predictCommand } from './predict/predict-command.ts';
import { scoreCommand } from './score/score-command.ts';
import { studioCommand, studioProcesses } from './studio/studio-command.ts';
import { fail, write } from './terminal.ts';
import { trainCommand } from './train/train-command.ts';

/**
 * The command line; each command is a file of its own.
 *
 * @param args what stands after the program's name, for the record of a training
 */
export function program(args: readonly string[] = []): Command {
  const typed = commandLine(args);
  const root = new Command('patchcl')
    .description('Train a medical image segmenter from a few annotated scans and many that are not.')
    .version(patchclVersion(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => write('out', text),
      writeErr: (text) => write('error', text),
      outputError: (text, show) => show(sentence(text)),
    })
    .hook('preAction', (_, command) => refuseEmpty(command))
    .addHelpText('after', '\nA research tool, not a medical device. Your data stays on this machine.');
  for (const command of [
    inspectCommand(),
    studioCommand(),
    trainCommand(typed),
    evaluateCommand(),
    scoreCommand(),
    predictCommand(),
    exportCommand(),
    compareCommand(),
    demoCommand(typed),
    configCommand(),
    completionCommand(() => program()),
  ]) {
    root.addCommand(command.copyInheritedSettings(root).helpOption('-h, --help', 'print this help'));
  }
  for (const command of studioProcesses()) root.addCommand(command, { hidden: true });
  return root.addHelpCommand('help [command]', 'print the help of a command');
}

/**
 * Nothing was given where a variable of a script was empty. Taken as a path it would be the working directory.
 *
 * @throws PatchclError `bad-usage`
 */
function refuseEmpty(command: Command): void {
  const isEmpty = (value: unknown) => typeof value === 'string' && value.trim() === '';
  const option = command.options.find((option) => isEmpty(command.getOptionValue(option.attributeName())));
  const subject = option?.long ?? (command.args.some(isEmpty) ? `an argument of ${command.name()}` : undefined);
  if (subject === undefined) return;
  const hint = 'If it comes from a variable, see whether that is set.';
  throw new PatchclError('bad-usage', 'it is empty', { subject, hint });
}

/**
 * Runs one command.
 *
 * @param args what stands after the program's name
 * @returns the exit status: 0, 1 after a mistake, 130 when a person stopped it
 */
export async function runCli(args: readonly string[]): Promise<number> {
  process.exitCode = 0;
  try {
    const commands = program(args);
    checkArguments(commands, args);
    await commands.parseAsync(args, { from: 'user' });
    return Number(process.exitCode);
  } catch (error) {
    // Commander has printed the message already; help and version come this way too.
    if (error instanceof CommanderError) return error.exitCode;
    return fail(error);
  }
}

/** `error: unknown option '--labeled'\n(Did you mean --labelled?)` as one line of our own. */
function sentence(text: string): string {
  const [first = '', ...more] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n');
  const end = first.endsWith('.') ? first : `${first}.`;
  return `patchcl: ${[end, ...more.map((line) => line.replace(/^\((.*)\)$/, '$1'))].join(' ')}\n`;
}
