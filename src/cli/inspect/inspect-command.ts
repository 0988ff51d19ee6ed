import { Command } from 'commander';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import type { Case, Dataset } from '../../data/dataset.ts';
import { identityReport } from '../../data/inspect/identity.ts';
import type { InspectedCase } from '../../data/inspect/inspect-case.ts';
import { arePictures, inspectDataset } from '../../data/inspect/inspect-dataset.ts';
import type { FileFacts } from '../../data/inspect/inspect-file.ts';
import { findDataset } from '../../data/layouts/open.ts';
import { splitNotes } from '../../data/split.ts';
import { usableCores } from '../../node/cores.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { readModelInfo } from '../../predict/model-file.ts';
import { readClock } from '../../runs/clock.ts';
import { openRun } from '../../runs/open-run.ts';
import { hasFile, runPath } from '../../runs/run-folder.ts';
import { resolveConfig } from '../../settings/load-config.ts';
import { planRun, requestedSplit } from '../../settings/plan.ts';
import { fetchedData } from '../archive-data.ts';
import { jsonDescription, jsonOutput } from '../json-output.ts';
import { patientsOption } from '../patients-option.ts';
import { needToRead, refuseTooLarge } from '../predict/memory-needs.ts';
import { memoryOption, patienceOption, type ScanLimits, ScanWorker } from '../scan-worker/scan-worker.ts';
import { ProgressLine } from '../terminal.ts';
import { fileText, inspectionText, type ProposedPlan } from './inspection-text.ts';
import { modelCard } from './model-card.ts';
import { runCard } from './run-card.ts';

/** Each lists the data set by itself. */
const MOST_WORKERS = 4;

interface InspectOptions extends ScanLimits {
  readonly json?: string;
  readonly patients?: number | string;
}

/** `patchcl inspect PATH [--json FILE]` */
export function inspectCommand(): Command {
  return new Command('inspect')
    .summary('say what a data set, a file, a run or a model holds')
    .description(
      'Reads every scan and mask of a data set. It says what it found: layout, patients, sizes, spacings, intensities and classes. It says what training would make of them, and everything suspicious. Of a single file it says the facts. Of a run it says how it came to be: date, command and duration. Of a model.onnx it says what it is, how good, and what it is not for. Scans are read one at a time. A broken one is reported and does not stop the rest; the exit status is then 1.',
    )
    .argument('<path>', 'folder of a data set or of a run, a file, or the address of an archive (dicomweb+https://...)')
    .option('--json <file>', jsonDescription('everything that was found, every case,'))
    .addOption(patientsOption())
    .addOption(memoryOption())
    .addOption(patienceOption())
    .action((path: string, options: InspectOptions) => inspect(nodeFiles(), path, options));
}

async function inspect(files: Files, given: string, { json, patients, ...limits }: InspectOptions): Promise<void> {
  const place = await fetchedData(given);
  const path = place.folder;
  if ((await files.kind(path)) === 'file') {
    const output = await jsonOutput(files, json);
    if (/\.onnx$/i.test(path)) {
      const info = readModelInfo(await files.read(path), path);
      output.print(modelCard(path, info));
      return output.write(asJson(info));
    }
    refuseTooLarge(await needToRead(files, path), limits.memory);
    const worker = new ScanWorker({ type: 'files' }, limits);
    const facts = await worker.ask<FileFacts>({ type: 'file', path }, path, [path]).finally(() => worker.close());
    output.print(fileText(facts));
    await output.write(asJson(facts));
    return;
  }
  if (await hasFile(files, path, 'facts')) return inspectRun(files, path, json);
  const listed = await findDataset(files, path, patients === undefined ? {} : { patients });
  const found = { ...listed, problems: [...place.failures, ...listed.problems] };
  const output = await jsonOutput(files, json);
  const progress = new ProgressLine();
  const onProgress = (done: number, total: number) => progress.show(`${done}/${total} cases`);
  // Pictures are read on every core; volumes one at a time, for want of memory.
  const count = arePictures(found.dataset)
    ? Math.max(1, Math.min(usableCores(), MOST_WORKERS, found.dataset.cases.length))
    : 1;
  const workers = Array.from({ length: count }, () => new ScanWorker({ type: 'data', path, patients }, limits));
  const inspectOne = async (item: Case, index: number) => {
    refuseTooLarge(await needToRead(files, item.imagePath), limits.memory);
    const paths = [item.imagePath, item.labelPath].filter((path) => path !== undefined);
    const worker = workers[index % count] as ScanWorker;
    return worker.ask<InspectedCase>({ type: 'case', index }, item.imagePath ?? item.id, paths);
  };
  const { inspection, usable } = await inspectDataset(found, { onProgress, inspect: inspectOne }).finally(() => {
    for (const worker of workers) worker.close();
    progress.clear();
  });
  const proposed = await proposePlan(found.dataset, usable);
  const identity = await identityReport(files, path);
  output.print(inspectionText({ ...inspection, root: place.name }, proposed, identity));
  const plan = proposed instanceof PatchclError ? { problem: proposed.message } : proposed.plan;
  await output.write(asJson({ ...inspection, root: place.name, plan, ...(identity && { identity }) }));
  if (inspection.counts.unreadable > 0 || place.failures.length > 0) process.exitCode = 1;
}

/** What a run is: how it came to be, and its model where there is one. */
async function inspectRun(files: Files, path: string, json: string | undefined): Promise<void> {
  const facts = await openRun(files, path).facts();
  const file = runPath(path, 'model');
  const model = (await hasFile(files, path, 'model')) ? readModelInfo(await files.read(file), file) : undefined;
  const { elapsedSeconds } = await readClock(files, path);
  const output = await jsonOutput(files, json);
  output.print(runCard(path, { facts, elapsedSeconds, model }));
  await output.write(asJson({ ...facts, duration: facts.duration ?? elapsedSeconds, model: model ?? null }));
}

const asJson = (facts: object) => `${JSON.stringify(facts, null, 2)}\n`;

/** What training would choose with its default settings, from the same training part; the error if it could not train. */
async function proposePlan(dataset: Dataset, usable: readonly Case[]): Promise<ProposedPlan | PatchclError> {
  const config = resolveConfig({});
  try {
    const { split, scheme } = await requestedSplit({ ...dataset, cases: usable }, config);
    return { plan: await planRun(dataset, split, config), notes: splitNotes(split), classes: scheme.classes };
  } catch (error) {
    if (error instanceof PatchclError) return error;
    throw error;
  }
}
