import { PatchclError } from '../../src/core/errors.ts';
import { isPlace, isStep } from '../../src/formats/affine.ts';
import { readLabels, readVolume } from '../../src/formats/index.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import type { LabelVolume, Volume } from '../../src/imaging/volume.ts';
import { readModelInfo } from '../../src/predict/model-file.ts';
import type { FuzzInput } from './inputs.ts';

/** What became of an input: read, refused with the one sentence, or wrong in the way that the text says. */
export type Outcome = 'read' | 'refused' | { readonly wrong: string };

/** Reads an input in every way that files of its kind are read. Wrong is whatever is neither whole nor a `PatchclError`. */
export async function outcomeOf({ extension, bytes }: FuzzInput): Promise<Outcome> {
  const outcomes = [];
  for (const read of READERS[extension] ?? [readScan, readMask]) {
    try {
      const problem = await read(bytes, `fuzz${extension}`);
      outcomes.push(problem === undefined ? 'read' : { wrong: problem });
    } catch (error) {
      outcomes.push(refusal(error, `fuzz${extension}`));
    }
  }
  return outcomes.find((outcome) => typeof outcome === 'object') ?? (outcomes.includes('read') ? 'read' : 'refused');
}

type Read = (bytes: Uint8Array, name: string) => Promise<string | undefined>;

const readScan: Read = async (bytes, name) => {
  const volume = await readVolume(bytes, name);
  return problemOf(volume, 4) ?? (volume.data instanceof Float32Array ? undefined : 'a scan is not float32');
};

const readMask: Read = async (bytes, name) => {
  const labels = await readLabels(bytes, name);
  return problemOf(labels, 3) ?? (labels.data instanceof Uint8Array ? undefined : 'a mask is not uint8');
};

const READERS: Readonly<Record<string, readonly Read[]>> = {
  '.safetensors': [
    async (bytes, name) => {
      const { tensors, metadata } = readSafetensors(bytes, name);
      for (const [key, { shape, data }] of Object.entries(tensors)) {
        if (!isShape(shape, 0) || data.length !== product(shape)) return `tensor ${key} has ${data.length} values`;
      }
      return Object.values(metadata).every((value) => typeof value === 'string') ? undefined : 'metadata are no texts';
    },
  ],
  '.onnx': [
    async (bytes, name) => {
      const { classes, channels, preparation } = readModelInfo(bytes, name);
      return classes.length > 1 && channels > 0 && preparation.size > 0 ? undefined : 'the model makes no sense';
    },
  ],
};

function problemOf({ data, shape, geometry }: Volume | LabelVolume, rank: number): string | undefined {
  if (shape.length !== rank || !isShape(shape, 1)) return `the shape is [${shape}]`;
  if (data.length !== product(shape)) return `[${shape}] has ${data.length} values`;
  const { spacing, affine } = geometry;
  if (spacing.length !== 3 || !spacing.every(isStep)) return `the spacing is [${spacing}]`;
  if (affine === undefined || (affine.length === 16 && affine.every(isPlace))) return undefined;
  return `the affine is [${affine}]`;
}

const isShape = (shape: readonly number[], least: number) => shape.every((n) => Number.isSafeInteger(n) && n >= least);
const product = (shape: readonly number[]) => shape.reduce((total, extent) => total * extent, 1);

/** One sentence that names the file, perhaps with a hint; anything else is a bug. */
function refusal(error: unknown, name: string): Outcome {
  if (!(error instanceof PatchclError)) return { wrong: `throws ${error}` };
  const isSentence = error.message.startsWith(`${name}: `) && error.message.endsWith('.') && error.message.length < 600;
  const isPrintable = [...error.message].every((character) => (character.codePointAt(0) as number) >= 0x20);
  return isSentence && isPrintable ? 'refused' : { wrong: `not a sentence: ${error.message.slice(0, 600)}` };
}
