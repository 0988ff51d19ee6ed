import { relative } from 'node:path';
import { joinPath } from '../../core/files.ts';
import { runCommand, TINY, workplace, writeSquares } from './run-command.ts';

/** A folder of squares (`data`), and a run of six steps on two of its patients that the command line has trained (`run`). */
export async function trainedSquares() {
  const { folder, files } = await workplace();
  const [data, run, config] = ['data', 'run', 'tiny.yaml'].map((name) => joinPath(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeSquares(files, data);
  await files.write(config, TINY);
  const place = ['--data', relative('.', data), '--out', run, '--config', config];
  const { status, error } = await runCommand('train', ...place, '--labelled', '2', '--steps', '6', '--threads', '1');
  if (status !== 0 || !error.includes('2 (2 images) labelled')) throw new Error(error);
  return { folder, files, data, run, config };
}
