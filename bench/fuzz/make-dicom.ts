import { readFileSync } from 'node:fs';
import { writeDicomSeg } from '../../src/formats/dicom/index.ts';
import { makeImage } from '../../src/formats/dicom/testing/make-dicom.ts';
import { stacksOfFiles } from '../../src/formats/dicom/testing/open-files.ts';

/** Made images in every coding: the files that the tests of the codings read. */
export function dicomImages(): Uint8Array[] {
  const golden = new URL('../../src/formats/dicom/golden/codecs.json', import.meta.url);
  const coded = JSON.parse(readFileSync(golden, 'utf8')) as { file: string }[];
  return [makeImage(), ...coded.map(({ file }) => new Uint8Array(Buffer.from(file, 'base64')))];
}

/** Two classes on a series of four slices. */
export async function dicomSegmentation(): Promise<Uint8Array> {
  const files = Object.fromEntries(
    [0, 1, 2, 3].map((k) => [`${k}.dcm`, makeImage({ rows: 3, columns: 5, position: [0, 0, 2 * k], instance: k + 1 })]),
  );
  const { stacks } = await stacksOfFiles(files);
  const [stack] = stacks as [(typeof stacks)[number]];
  const data = Uint8Array.from({ length: 60 }, (_, i) => [0, 1, 0, 2, 0, 0, 1][i % 7] as number);
  let count = 0;
  return writeDicomSeg(
    { data, shape: [4, 3, 5], geometry: stack.geometry },
    {
      stack,
      source: files['0.dcm'] as Uint8Array,
      classes: ['background', 'left', 'right'],
      now: new Date(Date.UTC(2026, 1, 3)),
      version: '1.0.0',
      uid: () => `2.25.${++count}`,
    },
  );
}
