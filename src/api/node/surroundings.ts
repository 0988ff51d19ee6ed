import { randomUUID } from 'node:crypto';
import { uidOfUuid } from '../../formats/index.ts';
import { runtimeFor } from '../../node/device.ts';
import { holdingFolder } from '../../node/hold-folder.ts';
import { machine } from '../../node/machine.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { patchclVersion } from '../../node/versions.ts';
import type { DicomStamp } from '../../predict/scans/dicom-scan.ts';
import type { TrainSurroundings } from '../train.ts';

/** What training needs of this machine. */
export function nodeSurroundings(): TrainSurroundings {
  return {
    ...machine(),
    files: nodeFiles(),
    runtime: ({ device, threads }, note) => runtimeFor({ device, threads }, note),
    holding: holdingFolder,
  };
}

/** What DICOM SEG masks say about their making. */
export function dicomStamp(): DicomStamp {
  return { uid: () => uidOfUuid(randomUUID()), now: () => new Date(), version: patchclVersion() };
}
