import { defineConfig } from 'vitest/config';

/** Where .ci/run wants the results as JSON, beside what the terminal shows. */
const results = process.env.PATCHCL_TEST_RESULTS;

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'threads',
    ...(results === undefined ? {} : { reporters: ['default', ['json', { outputFile: results }]] }),
  },
});
