import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Statements of a declaration file, comments left out: `export` and `import` lines and what they open. */
function statementsOf(text: string): string[] {
  const bare = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\n\s*\n/g, '\n');
  return bare.split(/\n(?=(?:export|import|declare|interface|type|class)\b)/).map((part) => part.trim());
}

/** Names that a list such as `A, type B, C as D` exports, and what they are called where they come from. */
function namesIn(list: string): [exported: string, original: string][] {
  const entries = list.split(',').map((entry) => entry.trim().replace(/^type /, ''));
  return entries.filter(Boolean).map((entry) => {
    const [original = '', exported = original] = entry.split(/\s+as\s+/);
    return [exported, original];
  });
}

/**
 * What a module exports, by name, as its declarations say it: every `export ... from` is followed to where the name is declared.
 *
 * @param path of a `.d.ts` file that tsc has written
 */
export function declarationsOf(path: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of statementsOf(readFileSync(path, 'utf8'))) {
    const from = /from '(\.[^']+)';?$/.exec(statement)?.[1];
    const target = () => declarationsOf(join(dirname(path), (from as string).replace(/\.(j|t)s$/, '.d.ts')));
    const list = /^export (?:type )?\{([^}]*)\}/.exec(statement)?.[1];
    if (list !== undefined && from !== undefined) {
      const theirs = target();
      for (const [exported, original] of namesIn(list))
        found.set(exported, theirs.get(original) ?? `(not found in ${from})`);
    } else if (/^export \*/.test(statement) && from !== undefined) {
      for (const [name, text] of target()) found.set(name, text);
    } else {
      const name = /^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type|enum)\s+(\w+)/.exec(
        statement,
      )?.[1];
      // Functions may be declared several times, one for each way of calling them.
      if (name !== undefined) found.set(name, [found.get(name), statement].filter(Boolean).join('\n'));
    }
  }
  return found;
}
