import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PAGE = new URL('../../docs/reference/model-format.md', import.meta.url);
/** Where the script of the page goes over from its functions to reading a NIfTI file. */
const READING = 'stored, wanted =';
const LOADING = ', nibabel.load(sys.argv[2])';

/** The Python of docs/reference/model-format.md. */
export interface PageScripts {
  /** `MODEL SCAN MASK`, all files; the scan is NIfTI. */
  readonly nifti: string;
  /** The same for a picture, whose mask is written as bytes. */
  readonly picture: string;
  /** The same for the image of an HDF5 file, [height, width] or [depth, height, width]. */
  readonly hdf5: string;
}

export function pageScripts(): PageScripts {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(/^```python\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  const [nifti = '', reading = ''] = blocks;
  const start = nifti.slice(0, nifti.indexOf(READING)).replace('session, scan =', 'session =').replace(LOADING, '');
  const end = "open(sys.argv[3], 'wb').write(mask.tobytes())";
  const picture = reading.replace("'scan.png'", 'sys.argv[2]');
  const hdf5 = `import h5py
values = h5py.File(sys.argv[2])['image'][...].astype('float32')
mask = predict(session, model, values.reshape(1, -1, *values.shape[-2:]))`;
  return {
    nifti,
    picture: [start, 'from PIL import Image', picture, end].join('\n'),
    hdf5: [start, hdf5, end].join('\n'),
  };
}

/** Runs a script; what it prints on standard error becomes an error where it fails. */
export function runPython(python: string, script: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(python, ['-c', script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the Python script failed: ${stderr}`);
}
