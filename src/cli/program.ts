import { Command } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { trainCommand } from './train-command.ts';

/** The command line; each command is a file of its own. */
export function program(): Command {
  const root = new Command('patchcl')
    .description('Train a medical image segmenter from a few annotated scans and many that are not.')
    .version('0.1.0')
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'patchcl: ')) })
    .addHelpText('after', '\nResearch tool, not a medical device.');
  for (const command of [trainCommand()]) root.addCommand(command);
  return root;
}

/** A whole number from the command line. @throws PatchclError `bad-usage` */
export function wholeNumber(name: string, least = 1) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least) return value;
    throw new PatchclError('bad-usage', `a whole number of at least ${least} was expected, not "${text}"`, { subject: name });
  };
}
