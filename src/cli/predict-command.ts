import { Command } from 'commander';
import { PatchclError } from '../core/errors.ts';
import { type Files, joinPath } from '../core/files.ts';
import { canRead } from '../formats/index.ts';
import { type DeviceOptions, deviceOption, runtimeFor, threadsOption } from './device.ts';
import { loadSegmenter } from './load-segmenter.ts';
import { nodeFiles } from './node-files.ts';
import { checkWritable } from './outputs.ts';
import { predictFile } from './predict-file.ts';
import { note, ProgressLine } from './terminal.ts';

interface PredictOptions extends DeviceOptions {
  readonly out: string;
  readonly overlay?: boolean;
}

/** `patchcl predict RUN|MODEL.onnx INPUT... --out DIR` */
export function predictCommand(): Command {
  return new Command('predict')
    .summary('segment scans')
    .description(
      'Segments NIfTI, HDF5 and PNG files. A NIfTI scan gives a NIfTI mask that lies exactly on it, a PNG gives a PNG whose grey values are the class numbers, HDF5 gives NIfTI. Scans are read one at a time; a broken one is reported at the end and does not stop the others.',
    )
    .argument('<model>', 'run folder, or model.onnx')
    .argument('<input...>', 'scans, or folders of scans')
    .requiredOption('--out <dir>', 'folder for the masks')
    .option('--overlay', 'also draw each slice of the scan with its contours as NAME_overlay.png')
    .addOption(deviceOption())
    .addOption(threadsOption())
    .action((model: string, inputs: string[], options: PredictOptions) => predict(nodeFiles(), model, inputs, options));
}

async function predict(files: Files, model: string, inputs: readonly string[], options: PredictOptions): Promise<void> {
  const scans = (await Promise.all(inputs.map((input) => scansIn(files, input)))).flat();
  const segmenter = await loadSegmenter(files, await runtimeFor(options), model);
  await checkWritable(files, options.out);
  const failures: string[] = [];
  const written = new Map<string, string>();
  const progress = new ProgressLine();
  for (const [index, scan] of scans.entries()) {
    progress.show(`${index + 1}/${scans.length} ${scan}`);
    try {
      const overlay = options.overlay === true;
      await predictFile(files, segmenter, { scan, folder: options.out, overlay, taken: written });
    } catch (error) {
      if (!(error instanceof PatchclError) || error.code === 'unwritable') throw error;
      failures.push(error.message);
    }
  }
  progress.clear();
  await segmenter.dispose();
  note(`${scans.length - failures.length} of ${scans.length} scans segmented, masks in ${options.out}`);
  for (const failure of failures) note(`patchcl: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

/** A file itself, or the readable files of a folder. @throws PatchclError when there are none */
async function scansIn(files: Files, input: string): Promise<string[]> {
  const kind = await files.kind(input);
  if (kind === 'file') return [input];
  if (kind === undefined) {
    throw new PatchclError('bad-file', 'there is no such file or folder', { subject: input, hint: 'Check the path.' });
  }
  const entries = await files.list(input);
  const scans = entries.filter((entry) => entry.kind === 'file' && !entry.name.startsWith('.') && canRead(entry.name));
  if (scans.length > 0) return scans.map(({ name }) => joinPath(input, name));
  throw new PatchclError('bad-data', 'there is no scan in this folder', {
    subject: input,
    hint: 'Put .nii, .nii.gz, .h5 or .png files here.',
  });
}
