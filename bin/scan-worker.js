// Reads scans for patchcl, in a process of its own. Started by it, not by people.
import { existsSync } from 'node:fs';

const source = new URL('../src/cli/scan-worker/main.ts', import.meta.url);
if (existsSync(source)) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(source.href);
} else {
  await import(new URL('../dist/cli/scan-worker/main.js', import.meta.url).href);
}
