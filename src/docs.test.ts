import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { countProse, pages, readPage, sentencesOf } from '../scripts/prose.ts';
import { referencePages } from '../scripts/reference.ts';
import { commandsOf, picturesOf } from '../scripts/tutorial.ts';
import { program } from './cli/program.ts';

/** The most words that the sentences of a page may have on average, and the share of them above thirty. */
const limitsOf = (page: string) => (page === 'README.md' ? { words: 15, share: 0.02 } : { words: 16, share: 0.03 });

describe('the prose', () => {
  it.each(pages())('of %s is plain', (page) => {
    const { words, share } = limitsOf(page);
    const { mean, long, longest } = countProse(readPage(page));
    expect(mean).toBeLessThanOrEqual(words);
    expect(long, longest.join('\n')).toBeLessThanOrEqual(share);
  });

  it('is counted by the sentence, without code, tables and headings', () => {
    const text =
      '# A title\n\nOne two `a b c` four. `five` six. Five, e.g. six: [seven](x).\n\n```\nnot. this.\n```\n\n- eight nine\n\n| no | no |\n';
    expect(sentencesOf(text)).toEqual(['One two code four.', 'code six.', 'Five, e.g six: seven.', 'eight nine']);
  });
});

describe('the reference', () => {
  it.each(Object.entries(referencePages()))(
    'docs/%s is what the program says; else: npm run docs:reference',
    (page, text) => {
      expect(readPage(`docs/${page}`)).toBe(text);
    },
  );
});

describe('links', () => {
  it.each(pages())('of %s lead somewhere', (page) => {
    const folder = new URL(`../${page}`, import.meta.url);
    const targets = [...readPage(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target]) => target as string);
    const dead = targets.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(new URL(target, folder)));
    expect(dead).toEqual([]);
  });

  it.each(pages())('of %s to a part of a page find it', (page) => {
    const links = [...readPage(page).matchAll(/\]\(([^)#\s]*\.md)?#([^)]*)\)/g)];
    const dead = links.filter(([, target, part]) => {
      const path = target === undefined ? page : new URL(target, `file:///${page}`).pathname.slice(1);
      return !headingsOf(readPage(path)).includes(part as string);
    });
    expect(dead.map(([link]) => link)).toEqual([]);
  });
});

/** The names by which links find the headings of a page, as GitHub makes them. */
function headingsOf(markdown: string): string[] {
  const headings = markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

describe('the tutorial', () => {
  it('uses commands and options that there are', () => {
    const lines = commandsOf(readPage('docs/tutorial.md')).filter((line) => line.startsWith('npx patchcl '));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      const [name, ...words] = line.slice('npx patchcl '.length).split(' ');
      const command = program().commands.find((known) => known.name() === name);
      expect(command, line).toBeDefined();
      for (const word of words.filter((word) => word.startsWith('--'))) {
        expect(
          command?.options.map(({ long }) => long),
          line,
        ).toContain(word);
      }
    }
  });

  it('says of every picture which of its commands made it', () => {
    const page = readPage('docs/tutorial.md');
    const pictures = picturesOf(page);
    expect(pictures.length).toBeGreaterThan(1);
    for (const { picture, from = '' } of pictures) {
      const folder = from.slice(0, from.lastIndexOf('/'));
      const makers = commandsOf(page).filter((line) => line.includes(`--out ${folder} `));
      expect(makers, picture).not.toEqual([]);
    }
  });
});
