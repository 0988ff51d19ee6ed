/** `npm run docs:tutorial`: does the tutorial to the letter, every command of docs/tutorial.md in its order, in this clone. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The commands of a page's `sh` blocks. */
export function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  return blocks.flatMap((text) => text.split('\n').filter((line) => line.trim() !== ''));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const command of commandsOf(readFileSync(`${root}docs/tutorial.md`, 'utf8'))) {
    process.stdout.write(`\n$ ${command}\n`);
    const { status } = spawnSync('sh', ['-c', command], { cwd: root, stdio: 'inherit' });
    if (status !== 0) {
      process.stderr.write(`the tutorial stops here: status ${status}\n`);
      process.exit(1);
    }
  }
}
