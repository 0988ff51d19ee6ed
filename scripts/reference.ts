/** `npm run docs:reference`: writes docs/reference from the program itself: every command with its options, every setting. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { program } from '../src/cli/program.ts';
import { type JsonSchema, settingsJsonSchema } from '../src/settings/json-schema.ts';

const NOTE = '<!-- Written by npm run docs:reference. Do not edit. -->';

/** docs/reference/commands.md */
export function commandsPage(): string {
  const root = program();
  const commands = root
    .createHelp()
    .visibleCommands(root)
    .filter((command) => command.name() !== 'help');
  const list = commands.map((command) => `- [\`${command.name()}\`](#${command.name()}): ${command.summary()}`);
  return [NOTE, '# Commands', '', ...list, '', ...commands.flatMap((command) => section(command, '##'))].join('\n');
}

function section(command: Command, level: string): string[] {
  const help = command.createHelp();
  const title = level === '##' ? command.name() : `${command.parent?.name()} ${command.name()}`;
  const rows = help
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')
    .map((option) => `| \`${cell(option.flags)}\` | ${cell(help.optionDescription(option))} |`);
  const table = rows.length === 0 ? [] : ['| option | meaning |', '| --- | --- |', ...rows, ''];
  return [
    `${level} ${title}`,
    '',
    command.description(),
    '',
    '```',
    help.commandUsage(command),
    '```',
    '',
    ...table,
    ...command.commands.flatMap((below) => section(below, `${level}#`)),
  ];
}

/** docs/reference/settings.md */
export function settingsPage(): string {
  const rows = settingRows(settingsJsonSchema());
  return [
    NOTE,
    '# Settings',
    '',
    'A settings file is YAML. Every setting may be left out. On the command line, `--set name=value` changes one.',
    'Presets and methods change some defaults: `patchcl config defaults --preset thorough` prints them all.',
    'The schema for editors is `patchcl config schema`.',
    '',
    '| setting | default | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function settingRows(schema: JsonSchema, path: readonly string[] = []): string[] {
  return Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>).flatMap(([name, below]) => {
    if (below.properties !== undefined) return settingRows(below, [...path, name]);
    const shown = below.default === undefined ? '' : `\`${cell(JSON.stringify(below.default))}\``;
    const choices = Array.isArray(below.enum) ? `; one of ${below.enum.map((value) => `\`${value}\``).join(', ')}` : '';
    return [`| \`${[...path, name].join('.')}\` | ${shown} | ${cell(String(below.description ?? ''))}${choices} |`];
  });
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The pages by their path below docs/. */
export const referencePages = (): Readonly<Record<string, string>> => ({
  'reference/commands.md': commandsPage(),
  'reference/settings.md': settingsPage(),
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, text] of Object.entries(referencePages())) {
    writeFileSync(new URL(`../docs/${path}`, import.meta.url), text);
    process.stdout.write(`docs/${path}\n`);
  }
}
