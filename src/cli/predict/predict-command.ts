import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { isArchive } from '../../core/archive-address.ts';
import { failureText, PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { MASK_FOLDERS } from '../../data/layouts/roles.ts';
import { DataNotes } from '../../data/notes.ts';
import { uidOfUuid } from '../../formats/index.ts';
import type { Volume } from '../../imaging/volume.ts';
import type { DeviceOptions } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { patchclVersion } from '../../node/versions.ts';
import { readModelInfo } from '../../predict/model-file.ts';
import type { DicomStamp } from '../../predict/scans/dicom-scan.ts';
import { findScans } from '../../predict/scans/find-scans.ts';
import { MASK_FORMATS, type MaskFormat, type Scan } from '../../predict/scans/scan.ts';
import type { SegmenterOptions } from '../../predict/segmenter.ts';
import { modelFile } from '../../runs/load-segmenter.ts';
import { deviceOption, threadsOption } from '../device-options.ts';
import { checkWritable } from '../outputs.ts';
import type { ReadNotes } from '../scan-worker/protocol.ts';
import { memoryOption, patienceOption, type ScanLimits, ScanWorker } from '../scan-worker/scan-worker.ts';
import { flipsOption, keepLargestOption, noFlipsOption, noKeepLargestOption } from '../segmenter-options.ts';
import { type Shard, shardedOption, shardOf } from '../shard.ts';
import { note, ProgressLine, print } from '../terminal.ts';
import { archiveDestination, type Destination, folderDestination } from './destination.ts';
import { largestNeed, memoryNeeds, refuseTooLarge } from './memory-needs.ts';
import { onlyDicom, refuseUnclear, sourceOf } from './predict-source.ts';
import { maskTarget, planTargets, type TargetOptions, targetsOf } from './predict-targets.ts';
import { refuseClashes, refuseExisting } from './target-checks.ts';

interface PredictOptions extends DeviceOptions, SegmenterOptions, ScanLimits {
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
  readonly format?: MaskFormat;
  readonly probabilities?: boolean;
  readonly overlay?: boolean;
  readonly shard?: Shard;
  readonly skipExisting?: boolean;
  readonly overwrite?: boolean;
  readonly missing?: boolean;
}

/** Scans are looked for as ones that can have a DICOM SEG mask. The process that reads them writes it. */
const STAMP: DicomStamp = { uid: () => uidOfUuid(randomUUID()), now: () => new Date(), version: patchclVersion() };

const EXAMPLES = `
Folders are searched to the bottom, and --out gets the same folders. Not looked at, unless given as an input itself: folders of masks
(${MASK_FOLDERS.join(', ')}, labelsTr, labelsTs),
masks beside scans (NAME_seg, NAME_mask, NAME_label, NAME_gt, ...), and what an earlier prediction wrote beside masks (NAME_overlay,
NAME_probabilities).

Examples:
  patchcl predict runs/first new-scans --out masks --keep-largest
  patchcl predict model.onnx scans --out masks --shard 3/8 --skip-existing     # one of eight jobs of a batch cluster
  patchcl predict model.onnx scans --out masks --missing                       # afterwards: what is still to do
  patchcl predict runs/first --from "dicomweb+https://pacs.example.org/dicom-web?StudyDate=20260131" --to dicomweb+https://pacs.example.org/dicom-web

An archive asks who you are: set PATCHCL_DICOMWEB_USER and PATCHCL_DICOMWEB_PASSWORD, or PATCHCL_DICOMWEB_TOKEN, never on the command
line. See docs/how-to/orthanc.md.`;

/** `patchcl predict RUN|MODEL.onnx INPUT... --out DIR` */
export function predictCommand(): Command {
  return new Command('predict')
    .summary('segment scans')
    .description(
      'Segments NIfTI, DICOM, NRRD, MetaImage, HDF5, PNG, JPEG, TIFF, BMP and GIF files. A NIfTI scan gives a NIfTI mask that lies exactly on it, a DICOM series a DICOM SEG object that refers to it. NRRD and MetaImage give a mask of their kind, HDF5 a NIfTI mask, TIFF a TIFF with a page per slice. Any other picture gives a PNG. Grey values are the class numbers. Scans are read one at a time, in a process of their own. It is given up when it stands still or takes too much memory. A broken scan is reported at the end and does not stop the others. No scan is ever replaced. A file that is in --out already is replaced only with --overwrite. With --from the scans come from an archive, and with --to the masks go back to one. A mask that it holds already is not made again.',
    )
    .argument('<model>', 'run folder, or model.onnx')
    .argument('[input...]', 'scans, or folders of scans')
    .option('--out <dir>', 'folder for the masks')
    .option('--from <address>', 'archive that the scans are in: dicomweb+https://host/path?Filter=value')
    .option('--to <address>', 'archive that the masks are sent to, or a folder as --out')
    .addOption(new Option('--format <name>', "format of the masks (default: the scan's own)").choices(MASK_FORMATS))
    .addOption(flipsOption())
    .addOption(noFlipsOption())
    .addOption(keepLargestOption())
    .addOption(noKeepLargestOption())
    .option(
      '--probabilities',
      'also write how probable each class is: NAME_probabilities.nii.gz (float32, one frame per class), or one 16-bit NAME_probability_K.png per class where the mask is a PNG',
    )
    .option('--overlay', 'also draw each slice of the scan with its contours as NAME_overlay.png')
    .addOption(shardedOption('work'))
    .option('--skip-existing', 'leave scans alone whose mask is there already')
    .addOption(
      new Option('--overwrite', 'replace files of the same names in --out (default: refuse)').conflicts('skipExisting'),
    )
    .option('--missing', 'segment nothing: say which scans have no mask yet, e.g. after all parts have run')
    .addOption(memoryOption())
    .addOption(patienceOption())
    .addOption(deviceOption())
    .addOption(threadsOption())
    .addHelpText('after', EXAMPLES)
    .action((model: string, inputs: string[], options: PredictOptions) => predict(nodeFiles(), model, inputs, options));
}

async function predict(files: Files, model: string, inputs: readonly string[], given: PredictOptions): Promise<void> {
  const { shard } = given;
  const out = refuseUnclear(inputs, given);
  const source = await sourceOf(inputs, given.from);
  const notes = new DataNotes();
  const found = await findScans(files, source.inputs, {
    onNote: (line) => notes.addLine(line),
    except: (folder) => !isArchive(out) && resolve(folder) === resolve(out),
    stamp: STAMP,
  });
  const { scans: all, problems } = isArchive(out) ? onlyDicom(found) : { scans: found, problems: [] };
  const scans = shard === undefined ? all : shardOf(all, shard);
  const bytes = await modelFile(files, model);
  const to = isArchive(out)
    ? archiveDestination(files, out, bytes, given)
    : folderDestination(files, out, given.skipExisting === true || given.missing === true);
  const options = { ...given, folder: to.folder };
  if (given.missing) return tellMissing(scans, to, options);
  const { classes } = readModelInfo(bytes, model);
  refuseClashes(planTargets(all, options, classes.length));
  const mayExist = options.skipExisting === true || options.overwrite === true;
  await refuseExisting(files, planTargets(scans, options, classes.length), { scans: all, mayExist });
  await checkWritable(files, to.folder);
  const worker = new ScanWorker({ type: 'model', model, ...options }, options);
  const failures: string[] = [...source.failures, ...problems].map(({ message }) => message);
  const before = failures.length;
  const progress = new ProgressLine();
  let skipped = 0;
  try {
    const opened = worker.opened();
    const workload = { ...options, classes: classes.length, model: bytes.length };
    const needs = await memoryNeeds(scans, workload);
    const largest = largestNeed(needs);
    if (largest !== undefined) note(largest);
    for (const sentence of await opened) note(sentence);
    for (const [index, scan] of scans.entries()) {
      progress.show(`${index + 1}/${scans.length} ${scan.path}`);
      try {
        const targets = targetsOf(scan, options, classes.length);
        if (await to.has(scan, targets.mask)) {
          skipped++;
          continue;
        }
        refuseTooLarge(needs.get(scan), options.memory);
        const seed = to.seedOf(scan);
        const read = await worker.ask<ReadNotes>(
          { type: 'predict', scan: scan.recipe, targets, ...(seed !== undefined && { seed }) },
          scan.path,
          scan.files,
        );
        notes.addRead(scan.path, read as Volume);
        await to.deliver(scan, targets.mask);
      } catch (error) {
        if (error instanceof PatchclError && error.code === 'unwritable') throw error;
        failures.push(failureText(scan.path, error));
      }
    }
  } finally {
    worker.close();
    progress.clear();
  }
  const part = shard === undefined ? '' : ` of part ${shard.index}/${shard.count}`;
  const left = skipped === 0 ? '' : `, ${skipped} had their mask already`;
  const total = scans.length + before;
  note(`${total - failures.length - skipped} of ${total} scans${part} segmented${left}; masks in ${to.name}`);
  for (const line of notes.lines()) note(line);
  for (const failure of failures) note(`patchcl: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

/** What parts of the work that ran elsewhere have left undone; the exit status is 1 if there is any. */
async function tellMissing(scans: readonly Scan[], to: Destination, options: TargetOptions): Promise<void> {
  let missing = 0;
  for (const scan of scans) {
    const { mask } = maskTarget(scan, options);
    if (await to.has(scan, mask)) continue;
    print(scan.path);
    missing++;
  }
  note(`${missing} of ${scans.length} scans have no mask in ${to.name}`);
  if (missing > 0) process.exitCode = 1;
}
