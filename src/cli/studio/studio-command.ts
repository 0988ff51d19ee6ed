import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { isArchive } from '../../core/archive-address.ts';
import { bugText, PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { checkMonaiOptions, type MonaiLabelOptions } from '../../monai/monai-options.ts';
import { openServed } from '../../monai/start-studio.ts';
import { holdingFolder } from '../../node/hold-folder.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { builtPage } from '../../server/build-page.ts';
import { type Door, isLoopback, openDoor } from '../../server/door.ts';
import { studioTrainer } from '../../server/jobs/trainer-main.ts';
import { studioWorker } from '../../server/jobs/worker-main.ts';
import { pageFiles } from '../../server/page.ts';
import { wholeNumber } from '../arguments.ts';
import { checkWritable } from '../outputs.ts';
import { memoryOption } from '../scan-worker/scan-worker.ts';
import { note, print } from '../terminal.ts';
import { preparedPlace } from './prepared-place.ts';

interface StudioOptions {
  readonly data?: string;
  readonly project?: string;
  readonly sample?: boolean;
  readonly restore?: string;
  readonly memory?: number;
  readonly port: number;
  readonly host: string;
  readonly page: boolean;
  readonly monai?: true;
  readonly monaiOpen?: true;
  readonly monaiOrigin?: readonly string[];
  readonly monaiSlices?: 'all' | 'drawn';
}

const PORT = 7411;

const EXAMPLES = `
Labels and runs are kept in the folder of the project; that of the scans is only read. The address has a token in it, without
which nobody on this machine can use the studio; scripts send it along, see docs/studio.md.

Examples:
  patchcl studio --data scans
  patchcl studio --sample                               # synthetic hearts, to try it
  patchcl studio --project scans-studio --port 8000     # a project that was begun before
  patchcl studio --data scans --monai                   # 3D Slicer, see docs/how-to/slicer.md
  patchcl studio --data scans --monai --monai-open --monai-origin http://localhost:3000     # OHIF, see docs/how-to/ohif.md`;

/** `patchcl studio --data DIR` */
export function studioCommand(): Command {
  return new Command('studio')
    .summary('annotate, train and review in the browser')
    .description(
      'Serves a page on this machine. There you draw labels on some slices of a few scans, and train. You see which scans the model doubts most, correct what it proposes, and train on. Then you download masks and model.',
    )
    .option('--data <dir>', 'folder of the scans, with masks or without')
    .option('--project <dir>', 'folder for labels and runs (default: NAME-studio, NAME being that of the scans)')
    .option('--sample', 'a sample project: synthetic hearts in patchcl-sample/, made by code')
    .option('--restore <file>', 'unpack a backup of a project into --project, its scans into --data, and open it')
    .option('--port <n>', 'port to listen at; 0: one that is free', wholeNumber(0, 65535), PORT)
    .option(
      '--host <address>',
      'address to listen at, 0.0.0.0 for all; any but the default lets other machines in',
      '127.0.0.1',
    )
    .addOption(memoryOption())
    .option('--no-page', 'serve the API alone, for scripts')
    .option('--monai', 'let 3D Slicer and OHIF in too, which know the server of MONAI Label')
    .option('--monai-open', 'ask none of their users for the token, as OHIF cannot send it; on this machine alone')
    .option('--monai-origin <origins...>', 'pages that may use it, as http://localhost:3000 for OHIF')
    .addOption(
      new Option(
        '--monai-slices <which>',
        'what a label that they submit speaks for: all slices of the scan (default), or those drawn on',
      ).choices(['all', 'drawn']),
    )
    .addHelpText('after', EXAMPLES)
    .action((options: StudioOptions) => studio(options));
}

/** Processes that the studio starts; no person calls them. */
export function studioProcesses(): Command[] {
  return [new Command('studio-worker').action(studioWorker), new Command('studio-trainer').action(studioTrainer)];
}

async function studio(options: StudioOptions): Promise<void> {
  const { port, host, page: withPage, memory } = options;
  const monai = monaiOf(options);
  refuseArchive(options.data);
  const files = nodeFiles();
  const { data, project } = await preparedPlace(files, options);
  if (data === undefined && project === undefined) {
    const hint = 'Give it with --data.';
    throw new PatchclError('bad-usage', 'the folder of the scans is missing', { hint });
  }
  const scans = data === undefined ? undefined : resolve(data);
  const folder = resolve(project ?? `${basename(scans as string)}-studio`);
  if (scans !== undefined && (await files.kind(scans)) !== 'folder') {
    throw new PatchclError('bad-file', 'there is no such folder', { subject: scans, hint: 'Check the path.' });
  }
  if (scans !== undefined) await refuseWithin(files, folder, scans);
  await checkWritable(files, folder);
  await holdingFolder(folder, () => openAndServe({ folder, ...(scans !== undefined && { data: scans }) }), {
    busy: (pid) => ({
      problem: `another studio, process ${pid}, has this project open`,
      hint: 'Use its page, or end it first.',
    }),
    patience: 1000,
    // Labels and scans of patients are nobody else's business; a folder that is there keeps the rights it has.
    mode: 0o700,
  });

  async function openAndServe(place: { folder: string; data?: string }): Promise<void> {
    // Before anything is made: a studio that cannot be served leaves no project behind.
    const door = await openDoor({ host, port });
    try {
      if (!isLoopback(host)) note('other machines can reach this studio; nothing between them and it is encrypted');
      await serve(place, door, { withPage, memory, ...(monai && { monai }) });
    } finally {
      await door.close();
    }
  }
}

/** The address is not repeated: people write passwords into such. @throws PatchclError `bad-usage` */
function refuseArchive(data: string | undefined): void {
  if (data === undefined || !(isArchive(data) || /^https?:/i.test(data))) return;
  const hint = 'Export the studies from the archive into a folder, and give that. See docs/how-to/orthanc.md.';
  throw new PatchclError('bad-usage', 'the studio takes a folder of scans, not an address', {
    subject: '--data',
    hint,
  });
}

/** How other programs get in, if they may. @throws PatchclError `bad-usage` */
function monaiOf(options: StudioOptions): MonaiLabelOptions | undefined {
  const { monai, monaiOpen, monaiOrigin, monaiSlices, host } = options;
  if (monai === undefined) {
    if ((monaiOpen ?? monaiOrigin ?? monaiSlices) === undefined) return undefined;
    const problem = '--monai-open, --monai-origin and --monai-slices are for --monai';
    throw new PatchclError('bad-usage', problem, { hint: 'Give --monai too.' });
  }
  const chosen = {
    ...(monaiOpen && { open: monaiOpen }),
    ...(monaiOrigin && { origins: monaiOrigin }),
    ...(monaiSlices && { slices: monaiSlices }),
  };
  checkMonaiOptions(chosen, host);
  return chosen;
}

/**
 * A project lies neither where its scans are nor below: its uploads would be found among them. One that was begun there is
 * left alone. Links are followed.
 */
async function refuseWithin(files: Files, folder: string, scans: string): Promise<void> {
  const [project, data] = [await placeOf(folder), await placeOf(scans)];
  const isWithin = project.startsWith(`${data}/`) && (await files.kind(join(folder, 'studio.json'))) !== 'file';
  if (project !== data && !data.startsWith(`${project}/`) && !isWithin) return;
  const hint = 'Name a folder elsewhere with --project.';
  throw new PatchclError('bad-usage', 'the project cannot be where the scans are', { subject: folder, hint });
}

/** A path without links; what is not there yet is taken as it is written. */
async function placeOf(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch(async () => (parent === path ? path : join(await placeOf(parent), basename(path))));
}

/** Serves a project until a person ends it. */
async function serve(
  place: { folder: string; data?: string },
  door: Door,
  { withPage, memory, monai }: { withPage: boolean; memory: number | undefined; monai?: MonaiLabelOptions },
): Promise<void> {
  const stamped = (text: string) => note(`${new Date().toTimeString().slice(0, 8)} ${text}`);
  const built = withPage ? await builtPage(note) : undefined;
  if (withPage && built === undefined) note('this copy of patchcl has no page; only the API is served');
  const page = built === undefined ? new Map() : await pageFiles(built);
  const { studio, server, token } = await openServed(place, door, {
    ...{ page, log: stamped },
    ...(memory !== undefined && { memory }),
    ...(monai && { monai }),
  });
  note(`${studio.project.cases.length} scans; labels and runs in ${place.folder}`);
  for (const url of door.urls) print(`${url}/#token=${token}`);
  const address = door.urls.length === 1 ? 'this address' : 'one of these addresses';
  if (monai !== undefined) {
    const password = monai.open === true ? 'no password' : `any user name, password ${token}`;
    note(`3D Slicer and OHIF: MONAI Label server ${door.urls[0]}, ${password}`);
  }
  note(page.size > 0 ? `open ${address} in a browser; Ctrl-C ends the studio` : 'Ctrl-C ends the studio');
  // A mistake of ours in one corner must not take away what people are drawing.
  process.on('unhandledRejection', (error) => stamped(bugText(error)));
  void studio.readAll();
  await interrupted();
  note('ending; a training writes its checkpoint first');
  await server.close();
  await studio.close();
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
}
