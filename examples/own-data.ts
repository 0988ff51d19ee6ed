// A data set of one's own: scans and masks come from functions, here bright discs, not from files: own-data STEPS
import { type Case, PIXEL_GEOMETRY, train } from 'patchcl';

const SIDE = 32;

/** A disc in noise; of the first patients it is annotated. */
function discCase(number: number): Case {
  const isDisc = (i: number) => Math.hypot((i % SIDE) - 12 - (number % 8), Math.floor(i / SIDE) - 16) < 6;
  const pixels = Array.from({ length: SIDE * SIDE }, (_, i) => i);
  const image = Float32Array.from(pixels, (i) => (isDisc(i) ? 100 : 0) + 60 * Math.random());
  return {
    id: `scan${number}`,
    patient: `patient${number}`, // All scans of a patient stay on one side of every split.
    image: async () => ({ data: image, shape: [1, 1, SIDE, SIDE], geometry: PIXEL_GEOMETRY }),
    ...(number < 12 && {
      label: async () => ({
        data: Uint8Array.from(pixels, (i) => Number(isDisc(i))),
        shape: [1, SIDE, SIDE],
        geometry: PIXEL_GEOMETRY,
      }),
    }),
  };
}

const data = { classes: ['background', 'disc'], cases: Array.from({ length: 20 }, (_, i) => discCase(i)) };
const steps = Number(process.argv[2] ?? 200);
const { bestDice, model } = await train({ data, settings: { labelled: 4, budget: { steps } } }).result;
console.log(`validation Dice ${bestDice?.toFixed(3)}, a model of ${model.length} bytes`);
