import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pythonWith } from '../../testing/python.ts';
import type { ArchiveClient } from '../client.ts';
import { findInstances, findSeries } from '../query.ts';
import { retrieveInstance } from '../retrieve.ts';
import type { MadeStudy } from './made-studies.ts';

/** What patchcl has sent of a study, by SOP instance. */
export async function predictionsOf(client: ArchiveClient, study: string): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const { series, item } of await findSeries(client, study)) {
    if (!JSON.stringify(item).includes('Prediction by patchcl')) continue;
    for (const instance of await findInstances(client, { study, series })) {
      found.set(instance, await retrieveInstance(client, { study, series }, instance, wholeOf));
    }
  }
  return found;
}

async function wholeOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * Downloads what was predicted and reads it with highdicom against the images that it was drawn on, and against the masks that
 * the same model wrote to a folder.
 *
 * @param own folder of DICOM SEG objects, one for each series
 * @returns how many faults there are: frames beside their images or of others, pixels of another value, studies without exactly one
 *   prediction; undefined without highdicom
 */
export async function checkPredictions(
  client: ArchiveClient,
  studies: readonly MadeStudy[],
  folder: string,
  own: string,
): Promise<number | undefined> {
  const python = pythonWith('highdicom');
  if (python === undefined) return undefined;
  for (const [i, { study, images }] of studies.entries()) {
    const place = join(folder, String(i));
    mkdirSync(place, { recursive: true });
    for (const [z, image] of images.entries()) writeFileSync(join(place, `${z}.dcm`), image);
    for (const [k, bytes] of [...(await predictionsOf(client, study)).values()].entries()) {
      writeFileSync(join(place, `seg${k}.dcm`), bytes);
    }
  }
  return python(CHECK, [folder, own]) as number;
}

/** Counts faults; a study that was not predicted, or twice, is one. */
const CHECK = `
import glob, json, os, sys
import highdicom as hd, numpy as np, pydicom
def pixels(seg, images):
    return seg.get_pixels_by_source_instance(sorted(images), segment_numbers=[1], assert_missing_frames_are_empty=True)
wrong = 0
own = {}
for path in glob.glob(os.path.join(sys.argv[2], '**', '*.dcm'), recursive=True):
    seg = hd.seg.segread(path)
    own[seg.ReferencedSeriesSequence[0].SeriesInstanceUID] = seg
for folder in glob.glob(os.path.join(sys.argv[1], '*')):
    images = {d.SOPInstanceUID: d for d in map(pydicom.dcmread, glob.glob(os.path.join(folder, '[0-9]*.dcm')))}
    first = next(iter(images.values()))
    paths = glob.glob(os.path.join(folder, 'seg*.dcm'))
    wrong += len(paths) != 1 or first.SeriesInstanceUID not in own
    for path in paths:
        seg = hd.seg.segread(path)
        series = seg.ReferencedSeriesSequence[0]
        wrong += series.SeriesInstanceUID != first.SeriesInstanceUID
        wrong += seg.StudyInstanceUID != first.StudyInstanceUID or seg.PatientID != first.PatientID
        wrong += {i.ReferencedSOPInstanceUID for i in series.ReferencedInstanceSequence} != set(images)
        for groups in seg.PerFrameFunctionalGroupsSequence:
            image = images[groups.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID]
            position = groups.PlanePositionSequence[0].ImagePositionPatient
            wrong += not np.allclose([float(x) for x in position], [float(x) for x in image.ImagePositionPatient])
        mask = pixels(seg, images)
        wrong += mask.shape[:3] != (len(images), first.Rows, first.Columns)
        if first.SeriesInstanceUID in own:
            wrong += np.count_nonzero(mask != pixels(own[first.SeriesInstanceUID], images))
print(json.dumps(int(wrong)))
`;
