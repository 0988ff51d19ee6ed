/**
 * `npm run docs:prose [-- FILE ...]`: counts the words of the sentences of README and docs. Prints, for each page, its sentences, the
 * words of one on average, the share above thirty words, and with --longest the longest ones. What stands in code, tables, headings
 * and lists of links is no prose and does not count.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Words above which a sentence is too long for one reading. */
export const LONG = 30;

export interface ProseCount {
  readonly sentences: number;
  /** Words of a sentence on average. */
  readonly mean: number;
  /** Share of sentences above {@link LONG} words. */
  readonly long: number;
  readonly longest: readonly string[];
}

/** The sentences of a Markdown text. */
export function sentencesOf(markdown: string): string[] {
  const withoutBlocks = markdown
    .replace(/^```[\s\S]*?^```/gm, '\n\n')
    .replace(/<!--[\s\S]*?-->/g, '\n\n')
    .replace(/^\|.*$/gm, '\n')
    .replace(/^#+ .*$/gm, '\n\n')
    .replace(/^!\[.*$/gm, '\n\n');
  const paragraphs = withoutBlocks
    .replace(/^\s*(?:[-*]|\d+\.)\s+/gm, '\n\n')
    .replace(/^>\s?/gm, '')
    .split(/\n\s*\n/);
  return paragraphs.flatMap(sentencesOfParagraph).filter((sentence) => wordsOf(sentence) > 1);
}

function sentencesOfParagraph(paragraph: string): string[] {
  const text = paragraph
    .replace(/\s+/g, ' ')
    .replace(/`[^`]*`/g, 'code')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_]{1,3}([^*_]+)[*_]{1,3}/g, '$1')
    .replace(/\b(e\.g|i\.e|cf|vs|etc|al|Fig|No)\./g, '$1')
    .trim();
  return text.split(/(?<=[.!?])["”’)]*\s+(?=["“(]?(?:[A-Z0-9]|code\b))/).filter((sentence) => sentence !== '');
}

function wordsOf(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function countProse(markdown: string): ProseCount {
  const sentences = sentencesOf(markdown);
  const words = sentences.map(wordsOf);
  const total = words.reduce((sum, count) => sum + count, 0);
  const longest = sentences.filter((_, i) => (words[i] as number) > LONG).sort((a, b) => wordsOf(b) - wordsOf(a));
  return {
    sentences: sentences.length,
    mean: sentences.length === 0 ? 0 : total / sentences.length,
    long: sentences.length === 0 ? 0 : longest.length / sentences.length,
    longest,
  };
}

const root = new URL('../', import.meta.url);

/** README and every page of the docs, relative to the repository. */
export function pages(): string[] {
  const docs = readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' });
  return ['README.md', ...docs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)].sort();
}

export const readPage = (path: string) => readFileSync(new URL(path, root), 'utf8');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
  const longest = process.argv.includes('--longest');
  process.stdout.write(`${'page'.padEnd(32)} sentences  words/sentence  above ${LONG}\n`);
  for (const page of asked.length > 0 ? asked : pages()) {
    const count = countProse(readPage(page));
    const share = `${(100 * count.long).toFixed(1)} %`;
    process.stdout.write(
      `${page.padEnd(32)} ${String(count.sentences).padStart(9)}  ${count.mean.toFixed(1).padStart(14)}  ${share.padStart(8)}\n`,
    );
    if (longest) for (const sentence of count.longest) process.stdout.write(`    ${sentence}\n`);
  }
}
