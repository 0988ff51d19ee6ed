import type { Command, Option } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { nearestName } from '../settings/settings-file.ts';

/** What people type who know another program, and what it is called here. */
const OPTION_SYNONYMS: Readonly<Record<string, string>> = {
  '--epochs': 'say --steps N for training steps, or --max-minutes M for a time',
  '--iterations': 'say --steps N',
  '--iters': 'say --steps N',
  '--time': 'say --max-minutes M',
  '--minutes': 'say --max-minutes M',
  '--lr': 'say --set optimiser.learningRate=0.001',
  '--learning-rate': 'say --set optimiser.learningRate=0.001',
  '--batch-size': 'say --set batch.labelled=8 and --set batch.unlabelled=8',
  '--output': 'say --out',
  '--output-dir': 'say --out',
  '--outdir': 'say --out',
  '--input': 'give scans and data without an option, or with --data',
  '--dataset': 'say --data',
  '--data-dir': 'say --data',
  '--gpu': 'say --device webgpu or --device cuda',
  '--cpu': 'say --device cpu',
  '--workers': 'say --threads N',
  '--num-workers': 'say --threads N',
  '--checkpoint': 'say --resume; the checkpoint is the one in --out',
  '--image-size': 'say --size',
  '--labels': 'say --labelled',
  '--part': 'say --split',
  '--subset': 'say --split',
};

/** The same for commands. */
const COMMAND_SYNONYMS: Readonly<Record<string, string>> = {
  segment: 'predict',
  infer: 'predict',
  inference: 'predict',
  run: 'predict',
  fit: 'train',
  learn: 'train',
  val: 'evaluate',
  validate: 'evaluate',
  test: 'evaluate',
  eval: 'evaluate',
  info: 'inspect',
  label: 'studio',
  annotate: 'studio',
  serve: 'studio',
  benchmark: 'compare',
};

/**
 * Finds what is wrong with the words of a command line before anything else is looked at: a misspelt option is named rather than a
 * missing one, and an option that is given twice is refused, as only one of its values could hold.
 *
 * @param args what stands after the program's name
 * @throws PatchclError `bad-usage`
 */
export function checkArguments(program: Command, args: readonly string[]): void {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  if (at < 0) return;
  const name = args[at] as string;
  const command = program.commands.find((known) => known.name() === name || known.aliases().includes(name));
  if (command === undefined) {
    const ours = COMMAND_SYNONYMS[name];
    if (ours === undefined) return;
    throw new PatchclError('bad-usage', 'there is no such command', { subject: name, hint: `Say patchcl ${ours}.` });
  }
  const rest = args.slice(at + 1);
  if (command.commands.length > 0) checkArguments(command, rest);
  else checkOptions(command, rest);
}

function checkOptions(command: Command, args: readonly string[]): void {
  const seen = new Set<Option>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--') return;
    if (!/^--?[a-z]/i.test(arg)) continue;
    const [flag = '', value] = arg.split('=', 2);
    const option = command.options.find(({ long, short }) => long === flag || short === flag);
    if (option === undefined) {
      if (isHelp(command, flag) || !flag.startsWith('--')) continue;
      throw unknownOption(command, flag);
    }
    if (seen.has(option) && !collects(option)) {
      const hint = 'Leave one of the two out.';
      throw new PatchclError('bad-usage', 'it is given twice', { subject: flag, hint });
    }
    seen.add(option);
    // The next word is its value, whatever that looks like.
    if (option.required && value === undefined) i++;
  }
}

/** Whether an option takes every value that it is given. */
const collects = (option: Option) => option.variadic || Array.isArray(option.defaultValue);

const isHelp = (command: Command, flag: string) =>
  flag === '--help' || command.parent?.options.some(({ long, short }) => long === flag || short === flag);

function unknownOption(command: Command, flag: string): PatchclError {
  const names = command.options.flatMap(({ long }) => (long ? [long] : []));
  return new PatchclError('bad-usage', 'there is no such option', {
    subject: flag,
    hint: hintFor(command, flag, names),
  });
}

function hintFor(command: Command, flag: string, names: readonly string[]): string {
  const synonym = OPTION_SYNONYMS[flag];
  if (synonym !== undefined) return `Here ${synonym}.`;
  const nearest = nearestName(flag, names);
  return nearest === undefined ? `See patchcl ${command.name()} --help.` : `Did you mean ${nearest}?`;
}
