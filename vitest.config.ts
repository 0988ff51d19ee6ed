import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Where .ci/run wants the results as JSON, beside what the terminal shows. */
const results = process.env.PATCHCL_TEST_RESULTS;

/** Processes that tests start run what was compiled once, not the sources. */
const program = fileURLToPath(new URL('src/testing/built-program/', import.meta.url));

export default defineConfig({
  resolve: { alias: [{ find: /^.*\/node\/program\.ts$/, replacement: `${program}program.ts` }] },
  test: {
    globalSetup: [`${program}build.ts`],
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    ...(results === undefined ? {} : { reporters: ['default', ['json', { outputFile: results }]] }),
  },
});
