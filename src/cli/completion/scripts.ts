/** A command with what may stand behind it. */
export interface ShellWords {
  readonly command: string;
  readonly summary: string;
  readonly options: readonly {
    readonly name: string;
    readonly description: string;
    readonly choices: readonly string[];
  }[];
}

/** For bash's `complete`. Files are completed where no word of ours fits. */
export function bashCompletion(words: readonly ShellWords[]): string {
  const commands = words.map(({ command }) => command).join(' ');
  const options = words.map(({ command, options: own }) => `    ${command}) words="${names(own)}" ;;`);
  const choices = distinctChoices(words).map(([name, values]) => `    ${name}) words="${values.join(' ')}" ;;`);
  return `# bash completion of patchcl
_patchcl() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands}"; fi
  case "$before" in
${choices.join('\n')}
  esac
  if [ -z "$words" ] && [ "\${word:0:1}" = "-" ]; then
    case "\${COMP_WORDS[1]}" in
${options.map((line) => `  ${line}`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _patchcl patchcl
`;
}

/** For zsh's completion system. */
export function zshCompletion(words: readonly ShellWords[]): string {
  const commands = words.map(({ command, summary }) => `    '${command}:${escaped(summary)}'`);
  const cases = words.map(({ command, options }) => {
    const specs = options.map(({ name, description, choices }) => {
      const value = choices.length > 0 ? `:value:(${choices.join(' ')})` : '';
      return `'${name}[${escaped(description)}]${value}'`;
    });
    return `    ${command}) _arguments -s ${[...specs, "'*:file:_files'"].join(' ')} ;;`;
  });
  return `#compdef patchcl
_patchcl() {
  local -a commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local name="\${words[2]}"
  shift words; (( CURRENT-- ))
  case "$name" in
${cases.join('\n')}
  esac
}
_patchcl "$@"
`;
}

/** For fish's `complete`. */
export function fishCompletion(words: readonly ShellWords[]): string {
  const lines = words.flatMap(({ command, summary, options }) => [
    `complete -c patchcl -n __fish_use_subcommand -f -a ${command} -d '${escaped(summary)}'`,
    ...options.map(({ name, description, choices }) => {
      const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : '';
      return `complete -c patchcl -n '__fish_seen_subcommand_from ${command}' -l ${name.slice(2)}${value} -d '${escaped(description)}'`;
    }),
  ]);
  return `# fish completion of patchcl\n${lines.join('\n')}\n`;
}

const names = (options: ShellWords['options']) => options.map(({ name }) => name).join(' ');

/** Options with choices, each once. */
function distinctChoices(words: readonly ShellWords[]): [string, readonly string[]][] {
  const all = words.flatMap(({ options }) => options.filter(({ choices }) => choices.length > 0));
  return [...new Map(all.map(({ name, choices }) => [name, choices]))];
}

/** Text within single quotes of a shell, and within brackets of zsh. */
const escaped = (text: string) => text.replaceAll("'", '’').replace(/[[\]:]/g, ' ');
