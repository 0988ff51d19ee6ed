import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a module exports under a name. */
export interface Declared {
  /** The text of its doc comment, without stars; empty where there is none. */
  readonly comment: string;
  /** Its declarations as tsc writes them, with the comments of their members; several of a function that can be called in several ways. */
  readonly text: string;
}

export interface DeclaredModule {
  /** What stands about the module itself. */
  readonly about: string;
  readonly names: ReadonlyMap<string, Declared>;
}

/** A top-level comment, or the beginning of a statement. */
const BOUNDARY = /\n(?=\/\*\*|(?:export|import|declare|interface|type|class)\b)/;
const NAMED = /^export (?:declare )?(?:abstract )?(?:const|function|class|interface|type|enum)\s+(\w+)/;

/**
 * What a module exports, with the comments. Every `export ... from` is followed to where the name is declared.
 *
 * @param path of a `.d.ts` file that tsc has written
 */
export function declaredIn(path: string): DeclaredModule {
  const names = new Map<string, Declared>();
  let [about, comment] = ['', ''];
  for (const part of readFileSync(path, 'utf8').split(BOUNDARY)) {
    const piece = part.trim();
    if (piece.startsWith('/**')) {
      const text = withoutStars(piece);
      if (/^@module/m.test(text)) about = text.replace(/^@module.*$/m, '').trim();
      else comment = text;
      continue;
    }
    const from = /from '(\.[^']+)';?$/.exec(piece)?.[1];
    const list = /^export (?:type )?\{([^}]*)\}/.exec(piece)?.[1];
    if (from !== undefined && (list !== undefined || piece.startsWith('export *'))) {
      const theirs = declaredIn(join(dirname(path), from.replace(/\.[jt]s$/, '.d.ts'))).names;
      for (const [name, original] of list === undefined ? allOf(theirs) : namesIn(list)) {
        const found = theirs.get(original);
        if (found !== undefined) names.set(name, found);
      }
    }
    const name = NAMED.exec(piece)?.[1];
    if (name !== undefined) {
      const before = names.get(name);
      const text = [before?.text, piece.replace(/^export /, '')].filter(Boolean).join('\n');
      names.set(name, { comment: before?.comment || comment, text });
    }
    comment = '';
  }
  return { about, names };
}

const allOf = (names: ReadonlyMap<string, Declared>) => [...names.keys()].map((name) => [name, name] as const);

/** Names that a list such as `A, type B, C as D` exports, and what they are called where they come from. */
function namesIn(list: string): (readonly [exported: string, original: string])[] {
  const entries = list.split(',').map((entry) => entry.trim().replace(/^type /, ''));
  return entries.filter(Boolean).map((entry) => {
    const [original = '', exported = original] = entry.split(/\s+as\s+/);
    return [exported, original] as const;
  });
}

function withoutStars(comment: string): string {
  return comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim();
}
