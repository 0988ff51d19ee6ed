import { Command } from 'commander';
import { modelBytes } from './load-segmenter.ts';
import { nodeFiles } from './node-files.ts';
import { note } from './terminal.ts';

/** `patchcl export RUN --out FILE` */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write the model of a run as one ONNX file')
    .description(
      'Writes the model with the best validation Dice as one ONNX file. Preparation of images, class names and training facts stand in its metadata, so that the file alone is enough to predict.',
    )
    .argument('<run>', 'folder that patchcl train has written')
    .requiredOption('--out <file>', 'the ONNX file to write')
    .action(async (run: string, options: { readonly out: string }) => {
      const files = nodeFiles();
      const model = await modelBytes(files, run);
      await files.write(options.out, model);
      note(`wrote ${options.out}, ${(model.length / 1e6).toFixed(1)} MB`);
    });
}
