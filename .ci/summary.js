// Prints "N passed, N failed" from vitest's JSON. What fails before or beside the tests (types, linter, a file that does
// not load) counts as one failure, so that the line never looks better than the exit status.
import { readFileSync } from 'node:fs';

const [, , path, status] = process.argv;
let passed = 0;
let failed = 0;
try {
  const results = JSON.parse(readFileSync(path, 'utf8'));
  passed = results.numPassedTests;
  failed = results.numFailedTests;
} catch {
  // No results: the tests did not run.
}
if (status !== '0' && failed === 0) failed = 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
