import { cpus } from 'node:os';
import { Command, Option } from 'commander';
import { type Cell, cellsOf } from '../../compare/cells.ts';
import { comparisonHtml, comparisonMarkdown, comparisonText } from '../../compare/documents.ts';
import { parseMatrix } from '../../compare/matrix.ts';
import { rowsOfRuns } from '../../compare/rows.ts';
import { type ComparedRun, type SummaryOptions, summariseComparison } from '../../compare/summarise.ts';
import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, joinPath, readText } from '../../core/files.ts';
import { mapConcurrently } from '../../data/concurrency.ts';
import { holdingFolder } from '../../node/hold-folder.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { COMPARED_PARTS, type ComparedPart } from '../../runs/run-folder.ts';
import { wholeNumber } from '../arguments.ts';
import { threadsOption } from '../device-options.ts';
import { catchInterrupt, STOPPED } from '../interrupt.ts';
import { checkWritable } from '../outputs.ts';
import { methodsWith, pluginOption } from '../plugin-option.ts';
import { type Shard, shardedOption, shardOf } from '../shard.ts';
import { note, print } from '../terminal.ts';
import { CellRunner } from './compare-cells.ts';
import { measuredRuns } from './compare-runs.ts';

interface CompareOptions {
  readonly out: string;
  readonly dataRoot?: string;
  readonly split?: ComparedPart;
  readonly baseline?: string;
  readonly jobs: number;
  readonly threads?: number;
  readonly shard?: Shard;
  readonly plugin: readonly string[];
}

const EXAMPLES = `
A matrix is a YAML file:

  name: Do unlabelled scans pay?
  data: [my-data]
  methods: [supervised, mean-teacher, patchcl, no-contrast]
  labelled: [3, 7]
  seeds: [1, 2, 3]
  budget: { minutes: 12 }              # or { steps: 4000 }
  baseline: supervised
  variants:
    no-contrast: { method: patchcl, contrast: { weight: 0 } }

Every run gets a folder of its own in --out. The same command again goes on where it was interrupted and repeats nothing.

Examples:
  patchcl compare matrix.yaml --out compared
  patchcl compare matrix.yaml --out compared --shard 3/8                # one of eight jobs of a batch cluster
  patchcl compare runs/first runs/second --out compared`;

/** `patchcl compare MATRIX.yaml --out DIR`, `patchcl compare RUN RUN... --out DIR` */
export function compareCommand(): Command {
  return new Command('compare')
    .summary('train methods side by side, or compare finished runs')
    .description(
      'Trains every method of a matrix on the same data, labels and budget, and measures all on the same cases. It writes compare.json, compare.md and compare.html. They hold Dice, HD95 and ASD with their spread over seeds, paired differences, learning curves and the time to a Dice.',
    )
    .argument('<matrix-or-runs...>', 'a matrix (.yaml), or run folders')
    .requiredOption('--out <dir>', 'folder for the runs of a matrix and for the comparison')
    .option('--data-root <dir>', 'folder that the data folders of a matrix are relative to (default: the current one)')
    .addOption(new Option('--split <part>', 'which cases are measured (default: val)').choices([...COMPARED_PARTS]))
    .option(
      '--baseline <name>',
      'method that the others are measured against (default: that of the matrix, or the first)',
    )
    .option(
      '--jobs <n>',
      'runs at a time; each needs cores of its own for its minutes to mean anything',
      wholeNumber(1),
      1,
    )
    .addOption(pluginOption())
    .addOption(threadsOption())
    .addOption(shardedOption('runs of the matrix'))
    .addHelpText('after', EXAMPLES)
    .action((inputs: string[], options: CompareOptions) => compare(nodeFiles(), inputs, options));
}

async function compare(files: Files, inputs: readonly string[], options: CompareOptions): Promise<void> {
  const [first = ''] = inputs;
  const isMatrix = /\.ya?ml$/i.test(first);
  if (isMatrix && inputs.length > 1) {
    throw new PatchclError('bad-usage', 'one matrix at a time can be compared', {
      subject: first,
      hint: 'Give one .yaml file, or run folders.',
    });
  }
  await checkWritable(files, options.out);
  const work = () => (isMatrix ? compareMatrix(files, first, options) : compareRuns(files, inputs, options));
  await (options.shard === undefined ? holdingFolder(options.out, work) : work());
}

async function compareMatrix(files: Files, path: string, options: CompareOptions): Promise<void> {
  const matrix = parseMatrix(await readText(files, path), path);
  const { dataRoot, plugin: plugins } = options;
  const methods = await methodsWith(plugins);
  const cells = cellsOf({ ...matrix, baseline: options.baseline ?? matrix.baseline }, path, { dataRoot, methods });
  const split = options.split ?? matrix.split;
  const { jobs, out } = options;
  const threads = options.threads ?? (jobs > 1 ? Math.max(1, Math.floor(cpus().length / jobs)) : undefined);
  const runner = new CellRunner(files, { out, split, jobs, threads, plugins });
  await runner.checkSettings(cells);
  await checkData(files, cells);
  const baseline = options.baseline ?? matrix.baseline ?? (cells[0] as Cell).row;
  const finished = new Set<Cell>();
  const lookAround = async () => {
    for (const cell of cells) if (await runner.isDone(cell)) finished.add(cell);
  };
  await lookAround();
  note(`${cells.length} runs, ${finished.size} of them done`);

  const write = async () => {
    const done = cells.filter((cell) => finished.has(cell));
    const runs = await mapConcurrently(done, 1, async (cell): Promise<ComparedRun> => {
      return { row: cell.row, run: await runner.result(cell) };
    });
    return writeComparison(files, out, runs, { ...matrix, split, baseline, missing: missingRuns(cells, finished) });
  };
  const interrupt = catchInterrupt(() => runner.stop());
  try {
    let failed = 0;
    const own = options.shard === undefined ? cells : shardOf(cells, options.shard);
    const open = own.filter((cell) => !finished.has(cell));
    await mapConcurrently(open, jobs, async (cell) => {
      if (interrupt.requested()) return;
      const title = `[${cells.indexOf(cell) + 1}/${cells.length}] ${cell.id}`;
      if (await runner.run(cell, title)) {
        finished.add(cell);
        await write();
      } else failed++;
    });
    // Other parts of the matrix may have been done meanwhile.
    await lookAround();
    if (finished.size > 0) print(await write());
    if (options.shard !== undefined) note(partSentence(options.shard, cells, finished));
    if (interrupt.requested()) {
      note('stopped; the same command again goes on');
      process.exitCode = STOPPED;
    } else if (failed > 0) {
      note(`${failed} runs failed; the same command again tries them once more`);
      process.exitCode = 1;
    }
  } finally {
    interrupt.release();
  }
}

/** A folder that is not there is told once and first, not by every run. */
async function checkData(files: Files, cells: readonly Cell[]): Promise<void> {
  for (const data of new Set(cells.map((cell) => cell.data))) {
    if ((await files.kind(data)) === 'folder') continue;
    const hint = 'Check the path, or say with --data-root which folder it is in.';
    throw new PatchclError('bad-usage', 'there is no such folder of data', { subject: data, hint });
  }
}

function missingRuns(cells: readonly Cell[], finished: ReadonlySet<Cell>): string[] {
  return cells.filter((cell) => !finished.has(cell)).map(({ id }) => id);
}

function partSentence({ index, count }: Shard, cells: readonly Cell[], finished: ReadonlySet<Cell>): string {
  const missing = missingRuns(cells, finished);
  if (missing.length === 0) return 'all runs of the matrix are done';
  return `part ${index}/${count} is through; ${missing.length} of ${cells.length} runs are missing: ${missing.join(', ')}`;
}

async function compareRuns(files: Files, folders: readonly string[], options: CompareOptions): Promise<void> {
  const split = options.split ?? 'val';
  const runs = rowsOfRuns(await measuredRuns(files, folders, { split, threads: options.threads }));
  const baseline = options.baseline ?? (runs[0] as ComparedRun).row;
  if (!runs.some(({ row }) => row === baseline)) {
    const hint = `Name one of: ${[...new Set(runs.map(({ row }) => row))].join(', ')}.`;
    throw new PatchclError('bad-usage', `no run is of the baseline "${baseline}"`, { subject: '--baseline', hint });
  }
  const name = `Comparison of ${folders.map(baseName).join(', ')}`;
  print(await writeComparison(files, options.out, runs, { name, split, baseline, targets: [], missing: [] }));
}

/** Writes the three files. @returns the comparison as text */
async function writeComparison(
  files: Files,
  out: string,
  runs: readonly ComparedRun[],
  { name, split, baseline, targets, missing }: SummaryOptions,
): Promise<string> {
  const comparison = summariseComparison(runs, { name, split, baseline, targets, missing });
  await files.write(joinPath(out, 'compare.json'), `${JSON.stringify(comparison, null, 1)}\n`);
  await files.write(joinPath(out, 'compare.md'), comparisonMarkdown(comparison));
  await files.write(joinPath(out, 'compare.html'), comparisonHtml(comparison));
  return `${comparisonText(comparison)}\n\n${joinPath(out, 'compare.html')}   open it in a browser`;
}
