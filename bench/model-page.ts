/**
 * `PYTHON=... npx tsx bench/model-page.ts MODEL SCAN... [MODEL SCAN...]`: segments scans by `patchcl predict` and by the Python script of
 * docs/reference/model-format.md, and counts the voxels in which their masks differ. A scan is a NIfTI file, a picture or an HDF5 file
 * of SSL4MIS. Python needs onnxruntime and nibabel, and Pillow or h5py for what is no NIfTI.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runCli } from '../src/cli/program.ts';
import { readLabels } from '../src/formats/index.ts';
import { pageScripts, runPython } from '../src/testing/model-page.ts';
import { pythonPath } from '../src/testing/python.ts';

const python = pythonPath('onnxruntime, nibabel');
if (python === undefined) process.exit(1);
const scripts = pageScripts();
const folder = mkdtempSync(join(tmpdir(), 'patchcl-model-page-'));
const labelsOf = async (path: string) => (await readLabels(readFileSync(path), path)).data;

/** [foreground voxels, voxels that differ] of one scan. */
async function compare(model: string, scan: string, out: string): Promise<readonly [number, number]> {
  if ((await runCli(['predict', model, scan, '--out', out])) !== 0) throw new Error(`${scan} was not segmented`);
  const ours = await labelsOf(join(out, readdirSync(out)[0] as string));
  const theirs = join(folder, 'theirs.nii.gz');
  const isNifti = /\.nii(\.gz)?$/.test(scan);
  const script = isNifti ? scripts.nifti : scan.endsWith('.h5') ? scripts.hdf5 : scripts.picture;
  runPython(python as string, script, [model, scan, theirs]);
  const found = isNifti ? await labelsOf(theirs) : readFileSync(theirs);
  if (found.length !== ours.length) throw new Error(`${scan}: ${found.length} and ${ours.length} voxels`);
  let [foreground, different] = [0, 0];
  for (let i = 0; i < ours.length; i++) {
    if (ours[i] !== 0) foreground++;
    if (ours[i] !== found[i]) different++;
  }
  return [foreground, different];
}

let model = '';
let [scans, total] = [0, 0];
for (const path of process.argv.slice(2)) {
  if (path.endsWith('.onnx')) {
    model = path;
    continue;
  }
  const [foreground, different] = await compare(model, path, join(folder, String(scans)));
  process.stdout.write(`${basename(path).padEnd(40)} ${foreground} foreground voxels, ${different} differ\n`);
  scans++;
  total += different;
}
process.stdout.write(`${scans} scans, ${total} voxels differ\n`);
rmSync(folder, { recursive: true });
process.exitCode = total === 0 ? 0 : 1;
