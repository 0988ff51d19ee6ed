import { describe, it } from 'vitest';
import { memoryStudioFiles } from '../testing/memory-studio-files.ts';
import { LABEL_STORE_SCENARIOS } from './testing/label-store-scenarios.ts';

describe('the label store in memory', () => {
  it.each(Object.entries(LABEL_STORE_SCENARIOS))('%s', (_, run) => run(memoryStudioFiles()));
});
