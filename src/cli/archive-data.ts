import { type DataPlace, dataPlace } from '../node/archive/open-archive.ts';
import { note, ProgressLine } from './terminal.ts';

/** Where a command's data are, those of an archive fetched, with its progress and what it says on the terminal. @throws PatchclError as `dataPlace` */
export async function fetchedData(data: string, options: { readonly masks?: boolean } = {}): Promise<DataPlace> {
  const progress = new ProgressLine();
  const notes: string[] = [];
  try {
    const onProgress = (done: number, total: number) => progress.show(`${done}/${total} objects fetched`);
    return await dataPlace(data, { ...options, onProgress, onNote: (line) => notes.push(line) });
  } finally {
    progress.clear();
    for (const line of notes) note(`note: ${line}`);
  }
}

/** As `fetchedData`, for work that needs all of the data. @throws PatchclError for a series that could not be fetched */
export async function wholeData(data: string): Promise<DataPlace> {
  const place = await fetchedData(data);
  if (place.failures[0] !== undefined) throw place.failures[0];
  return place;
}
