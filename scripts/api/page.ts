import type { Declared, DeclaredModule } from './declared.ts';

const NOTE = '<!-- Written by npm run docs:api from the doc comments. Do not edit. -->';

/** What a doc comment says, by its tags. */
interface Documented {
  readonly text: string;
  readonly parameters: readonly (readonly [name: string, meaning: string])[];
  readonly returns: string;
  readonly throws: readonly string[];
  readonly examples: readonly string[];
}

/** The parts of a page, and the declarations that belong there. */
const KINDS: readonly (readonly [title: string, kind: RegExp])[] = [
  ['Functions', /^(?:declare )?function /],
  ['Classes', /^(?:declare )?(?:abstract )?class /],
  ['Values', /^(?:declare )?const /],
  ['Types', /^(?:declare )?(?:interface|type|enum) /],
];

/** The reference of one module as Markdown. @param name as programs import it */
export function modulePage(name: string, { about, names }: DeclaredModule): string {
  const sorted = [...names].sort(([a], [b]) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const parts = KINDS.flatMap(([title, kind]) => {
    const entries = sorted.filter(([, { text }]) => kind.test(text));
    return entries.length === 0
      ? []
      : [`## ${title}`, '', ...entries.flatMap(([entry, declared]) => section(entry, declared))];
  });
  const { text, examples } = parse(about);
  const head = [NOTE, `# ${name}`, '', text || `What \`${name}\` exports.`, '', ...examples.flatMap(codeBlock)];
  return [...head, ...parts].join('\n');
}

function section(name: string, { comment, text }: Declared): string[] {
  const { text: about, parameters, returns, throws, examples } = parse(comment);
  const table = parameters.map(([parameter, meaning]) => `| \`${parameter}\` | ${cell(meaning)} |`);
  return [
    `### ${name}`,
    '',
    ...(about === '' ? [] : [about, '']),
    ...codeBlock(text),
    ...(table.length === 0 ? [] : ['| parameter | meaning |', '| --- | --- |', ...table, '']),
    ...(returns === '' ? [] : [`**Returns** ${returns}`, '']),
    ...throws.flatMap((error) => [`**Throws** ${error}`, '']),
    ...examples.flatMap((example) => ['**Example**', '', ...codeBlock(example)]),
  ];
}

const codeBlock = (code: string): string[] => ['```ts', code, '```', ''];
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function parse(comment: string): Documented {
  const [text = '', ...tags] = comment.split(/^(?=@(?:param|returns|throws|example|template|see)\b)/m);
  // A comment of one line may have a tag behind its sentence.
  const [own = '', ...behind] = text.split(/\s(?=@(?:param|returns|throws) )/);
  const all = [...behind, ...tags].map((tag) => /^@(\w+)\s+([\s\S]*)$/.exec(tag.trim()) ?? ['', '', '']);
  const of = (kind: string) => all.filter(([, name]) => name === kind).map(([, , content = '']) => content.trim());
  const plain = (content: string) => linked(content.replace(/\s*\n\s*/g, ' '));
  return {
    text: linked(own.trim()),
    parameters: of('param').map((content) => {
      const [, name = '', meaning = ''] = /^(\S+)\s*([\s\S]*)$/.exec(content) ?? [];
      return [name, plain(meaning)] as const;
    }),
    returns: of('returns').map(plain).join(' '),
    throws: of('throws').map(plain),
    examples: of('example'),
  };
}

/** `{@link X}` as code. */
const linked = (text: string) => text.replace(/\{@link (\S+?)\}/g, '`$1`');
