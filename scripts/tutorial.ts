/**
 * `npm run docs:tutorial`: does the tutorial to the letter, every command of docs/tutorial.md in its order, in this clone. Then looks
 * whether every picture of the page is what came out. `-- --update` takes the new pictures into the page, `-- --pictures` only looks.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Share of a picture's pixels that another processor's rounding may change: contours move by a pixel here and there. */
const TOLERATED = 0.02;

/** The commands of a page's `sh` blocks. */
export function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  return blocks.flatMap((text) => text.split('\n').filter((line) => line.trim() !== ''));
}

/** The pictures of a page, relative to docs/, and the files that its commands make them from, relative to the clone. */
export function picturesOf(markdown: string): { readonly picture: string; readonly from: string | undefined }[] {
  return [...markdown.matchAll(/(?:^<!-- from (\S+) -->\n)?^!\[[^\]]*\]\(([^)]+)\)/gm)].map(
    ([, from, picture = '']) => ({
      picture,
      from,
    }),
  );
}

/** Share of the pixels in which two PNG files differ; 1 where their sizes do. */
async function difference(a: string, b: string): Promise<number> {
  // Only here, so that the commands run in a clone without any package, the first of which installs them.
  const { decode } = await import('fast-png');
  const [first, second] = [a, b].map((path) => decode(readFileSync(path)));
  if (first === undefined || second === undefined) return 1;
  if (first.width !== second.width || first.height !== second.height || first.channels !== second.channels) return 1;
  const { channels } = first;
  const pixels = first.width * first.height;
  let different = 0;
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels; c++) {
      if (first.data[i * channels + c] === second.data[i * channels + c]) continue;
      different++;
      break;
    }
  }
  return different / pixels;
}

/** @returns whether every picture of the page is the one that came out */
async function comparePictures(page: string, update: boolean): Promise<boolean> {
  let good = true;
  for (const { picture, from } of picturesOf(page)) {
    const [shown, made] = [`${root}docs/${picture}`, `${root}${from}`];
    if (from === undefined || !existsSync(made)) {
      process.stderr.write(`docs/${picture}: no command made ${from ?? 'it'}\n`);
      good = false;
      continue;
    }
    if (update) copyFileSync(made, shown);
    const share = existsSync(shown) ? await difference(shown, made) : 1;
    process.stdout.write(`docs/${picture}: ${(100 * share).toFixed(2)} % of its pixels differ from ${from}\n`);
    if (share > TOLERATED) good = false;
  }
  return good;
}

function followPage(page: string): boolean {
  for (const command of commandsOf(page)) {
    process.stdout.write(`\n$ ${command}\n`);
    const { status } = spawnSync('sh', ['-c', command], { cwd: root, stdio: 'inherit' });
    if (status === 0) continue;
    process.stderr.write(`the tutorial stops here: status ${status}\n`);
    return false;
  }
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const page = readFileSync(`${root}docs/tutorial.md`, 'utf8');
  const has = (option: string) => process.argv.includes(option);
  const good = (has('--pictures') || followPage(page)) && (await comparePictures(page, has('--update')));
  process.stdout.write(
    good ? '\nevery command ran, every picture is what came out\n' : '\nthe page and what came out differ\n',
  );
  process.exitCode = good ? 0 : 1;
}
