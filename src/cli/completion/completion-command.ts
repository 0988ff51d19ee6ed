import { Argument, Command } from 'commander';
import { print } from '../terminal.ts';
import { bashCompletion, fishCompletion, type ShellWords, zshCompletion } from './scripts.ts';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

const EXAMPLES = `
Examples:
  patchcl completion bash > ~/.local/share/bash-completion/completions/patchcl
  patchcl completion zsh > "\${fpath[1]}/_patchcl"
  patchcl completion fish > ~/.config/fish/completions/patchcl.fish`;

/** `patchcl completion bash|zsh|fish` */
export function completionCommand(program: () => Command): Command {
  return new Command('completion')
    .summary('print a script with which a shell completes commands and options')
    .description(
      'Prints a script with which a shell completes the commands of patchcl, their options and their choices.',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .addHelpText('after', EXAMPLES)
    .action((shell: keyof typeof SCRIPTS) => print(SCRIPTS[shell](wordsOf(program())).trimEnd()));
}

/** The words of every command that people see. */
function wordsOf(program: Command): ShellWords[] {
  const shown = program.createHelp().visibleCommands(program);
  return shown.map((command) => ({
    command: command.name(),
    summary: command.summary(),
    options: command.options
      .filter(({ hidden, long }) => !hidden && long !== undefined)
      .map(({ long, description, argChoices }) => ({
        name: long as string,
        description: description.split(/[;(]/)[0]?.trim() ?? '',
        choices: argChoices ?? [],
      })),
  }));
}
