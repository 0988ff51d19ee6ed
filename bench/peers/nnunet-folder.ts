import { indexedCase } from '../../src/data/class-indices.ts';
import { schemeOf } from '../../src/data/classes.ts';
import type { Case, Dataset } from '../../src/data/dataset.ts';
import type { Manifest } from '../../src/data/manifest.ts';
import { readCase } from '../../src/data/read-case.ts';
import { wholeVolumes } from '../../src/data/whole-volumes.ts';
import { writeNifti } from '../../src/formats/index.ts';
import type { Geometry, LabelVolume, Volume } from '../../src/imaging/volume.ts';
import { nodeFiles } from '../../src/node/node-files.ts';
import type { Segmenter } from '../../src/predict/segmenter.ts';

const RAW = 'nnUNet_raw/Dataset001_Patchcl';

/** Millimetres along width, height and depth. */
export type Spacing = readonly [width: number, height: number, depth: number];

export interface NnunetFolderOptions {
  readonly dataset: Dataset;
  /** Of the run that nnU-Net is compared with: it learns from the same annotated patients. */
  readonly manifest: Manifest;
  /** With masks as class indices. */
  readonly measured: readonly Case[];
  /** The run's own network, whose masks go into the same folder. */
  readonly segmenter: Segmenter;
  /** Of all scans, where their files do not say; nnU-Net plans by it. */
  readonly spacing?: Spacing | undefined;
}

/**
 * Writes into a folder what nnU-Net reads (`nnUNet_raw`, with the annotated cases of a run and the scans to be measured), the
 * reference masks of those (`masks`), and what the run's network makes of them (`patchcl`).
 */
export async function writeNnunetFolder(
  folder: string,
  { dataset, manifest, measured, segmenter, spacing }: NnunetFolderOptions,
): Promise<void> {
  const files = nodeFiles(folder);
  const write = (path: string, volume: Volume | LabelVolume) =>
    files.write(
      `${path}.nii.gz`,
      writeNifti(spacing === undefined ? volume : { ...volume, geometry: gridOf(spacing) }),
    );
  const { classes } = manifest;
  const labelled = annotatedCases(dataset, manifest);
  let channels = 1;
  for (const [cases, images, labels] of [
    [labelled, `${RAW}/imagesTr`, `${RAW}/labelsTr`],
    [measured, `${RAW}/imagesTs`, 'masks'],
  ] as const) {
    for (const item of cases) {
      const { image, label } = await readCase(item, classes.length);
      const parts = channelsOf(image);
      channels = parts.length;
      for (const [i, part] of parts.entries()) await write(`${images}/${item.id}_${String(i).padStart(4, '0')}`, part);
      await write(`${labels}/${item.id}`, label as LabelVolume);
      if (cases === measured) await write(`patchcl/${item.id}`, await segmenter.segment(image, item.id));
    }
  }
  const json = {
    channel_names: Object.fromEntries(Array.from({ length: channels }, (_, i) => [i, 'MRI'])),
    labels: Object.fromEntries(classes.map((name, value) => [value === 0 ? 'background' : name, value])),
    numTraining: labelled.length,
    file_ending: '.nii.gz',
  };
  await files.write(`${RAW}/dataset.json`, JSON.stringify(json));
}

/** The annotated volumes that a run has learned from, with masks as class indices. */
function annotatedCases(dataset: Dataset, manifest: Manifest): Case[] {
  const byId = new Map(dataset.cases.map((item) => [item.id, item]));
  const ids = manifest.parts.labelled.flatMap(({ cases }) => cases);
  const scheme = schemeOf(manifest);
  return wholeVolumes(ids.map((id) => byId.get(id) as Case)).map((item) => indexedCase(item, scheme));
}

function channelsOf({ data, shape: [channels, ...grid], geometry }: Volume): Volume[] {
  const size = grid[0] * grid[1] * grid[2];
  return Array.from({ length: channels }, (_, i) => {
    return { data: data.slice(i * size, (i + 1) * size), shape: [1, ...grid], geometry };
  });
}

/** A grid along the axes of the world. */
function gridOf([width, height, depth]: Spacing): Geometry {
  const affine = [width, 0, 0, 0, 0, height, 0, 0, 0, 0, depth, 0, 0, 0, 0, 1] as Geometry['affine'];
  return { spacing: [depth, height, width], unit: 'mm', ...(affine && { affine }) };
}
