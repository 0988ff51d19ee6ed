import { beforeAll, describe, expect, it } from 'vitest';
import { makeCorpus } from '../../bench/fuzz/corpus.ts';
import { type Corpus, inputOf } from '../../bench/fuzz/inputs.ts';
import { outcomeOf } from '../../bench/fuzz/outcome.ts';

/** Damaged files per format; `npm run fuzz` reads many more, with limits of time and memory. */
const COUNT = 120;

let corpus: Corpus;
beforeAll(async () => {
  corpus = await makeCorpus();
});

describe('readers', () => {
  it('read every file of the corpus', async () => {
    for (const [extension, files] of Object.entries(corpus)) {
      for (const bytes of files) {
        // The first bomb holds more than its header says, which a PNG may not.
        if (extension === '.png' && bytes.length > 12_000) continue;
        expect([extension, await outcomeOf({ extension, bytes })]).toEqual([extension, 'read']);
      }
    }
  });

  it('read damaged files whole or refuse them with a sentence', async () => {
    const failures: string[] = [];
    const outcomes = new Map<string, Set<unknown>>();
    for (let index = 0; index < COUNT * Object.keys(corpus).length; index++) {
      const input = inputOf(corpus, 7, index);
      const outcome = await outcomeOf(input);
      if (typeof outcome === 'object') failures.push(`${index} ${input.extension}: ${outcome.wrong}`);
      outcomes.set(input.extension, (outcomes.get(input.extension) ?? new Set()).add(outcome));
    }
    expect(failures).toEqual([]);
    // Neither of the two alone would show that anything was tried.
    for (const seen of outcomes.values()) expect(seen).toEqual(new Set(['read', 'refused']));
  });
});
