import { Command } from 'commander';
import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { type DeviceOptions, runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { withLicence } from '../../predict/model-file.ts';
import { type Int8Model, int8ModelOfRun } from '../../runs/int8-model.ts';
import { openRun } from '../../runs/open-run.ts';
import { threadsOption } from '../device-options.ts';
import { checkWritableFile } from '../outputs.ts';
import { note } from '../terminal.ts';

interface ExportOptions extends Pick<DeviceOptions, 'threads'> {
  readonly out: string;
  readonly int8?: boolean;
  readonly data?: string;
  readonly licence?: string;
}

/** `patchcl export RUN --out FILE [--int8 --data DIR]` */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write the model of a run as one ONNX file')
    .description(
      'Writes the model with the best validation Dice as one ONNX file. Its metadata hold the preparation of images, class names and training facts. So the file alone is enough to predict.',
    )
    .argument('<run>', 'folder that patchcl train has written')
    .requiredOption('--out <file>', 'the ONNX file to write')
    .option(
      '--int8',
      'with convolutions in eight bits: a quarter of the size, faster on processors; prints what that costs',
    )
    .option('--data <dir>', 'with --int8: folder of the data set (default: the one the run was trained on)')
    .option('--licence <text>', 'terms of use that the file is to state, such as CC-BY-4.0')
    .addOption(threadsOption())
    .action((run: string, options: ExportOptions) => exportModel(nodeFiles(), run, options));
}

async function exportModel(files: Files, run: string, options: ExportOptions): Promise<void> {
  if (options.data !== undefined && options.int8 !== true) {
    throw new PatchclError('bad-usage', 'data are read for --int8 only', {
      subject: '--data',
      hint: 'Add --int8, or leave --data out.',
    });
  }
  const model = await openRun(files, run).model();
  await checkWritableFile(files, options.out);
  const exported = options.int8 === true ? await int8(files, run, options) : { model };
  const { licence } = options;
  const bytes = licence === undefined ? exported.model : withLicence(exported.model, licence, options.out);
  await files.write(options.out, bytes);
  note(`wrote ${options.out}, ${(bytes.length / 1e6).toFixed(1)} MB`);
  note(`what it says of itself: patchcl inspect ${options.out}`);
}

async function int8(files: Files, run: string, { data, threads }: ExportOptions): Promise<Int8Model> {
  const place = { run, data: data ?? (await openRun(files, run).dataFolder()) };
  const runtime = await runtimeFor({ device: 'cpu', threads }, note);
  const made = await int8ModelOfRun(place, { files, runtime }, note);
  const { float32Dice, int8Dice, calibrationImages } = made.quantisation;
  note(
    float32Dice === null || int8Dice === null
      ? `calibrated on ${calibrationImages} images; the run has no validation cases, so what it costs is not known`
      : `validation Dice ${int8Dice.toFixed(4)}, in float32 ${float32Dice.toFixed(4)}: int8 costs ${(float32Dice - int8Dice).toFixed(4)} (calibrated on ${calibrationImages} images)`,
  );
  return made;
}
