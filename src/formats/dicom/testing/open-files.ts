import type { ImageHeader } from '../header.ts';
import { readDicomHeader } from '../read-header.ts';
import { dicomStacks } from '../series.ts';

/** The stacks of some files, and a function that reads them. */
export async function stacksOfFiles(files: Readonly<Record<string, Uint8Array>>) {
  const images: ImageHeader[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    const header = await readDicomHeader(async (length) => bytes.subarray(0, length), name);
    if (header.kind === 'image') images.push(header.image);
  }
  const read = async (name: string) => files[name] as Uint8Array;
  return { stacks: dicomStacks(images), read };
}
