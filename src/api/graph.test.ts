import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const src = new URL('../', import.meta.url);
const texts = ['core', 'engine', 'graph', 'nn', 'runtime'].flatMap((room) =>
  readdirSync(new URL(`${room}/`, src), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testing/.test(file))
    .map((file) => readFileSync(new URL(`${room}/${file}`, src), 'utf8')),
);

/** Names that the public module hands out, types as well as values. */
const names = [
  ...['graph.ts', 'operators.ts']
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
    .join('\n')
    .matchAll(/^export (?:type )?\{([^}]+)\} from/gm),
].flatMap(([, list]) => (list as string).split(',').flatMap((name) => name.replace('type ', '').trim() || []));

describe('patchcl/graph', () => {
  it('says in a doc comment what each of its names is', () => {
    expect(names.length).toBeGreaterThan(90);
    const isDocumented = (name: string) => {
      const declared = new RegExp(`\\*/\\nexport (?:async )?(?:const|function|class|type|interface) ${name}\\b`);
      return texts.some((text) => declared.test(text));
    };
    expect(names.filter((name) => !isDocumented(name))).toEqual([]);
  });
});
