import type { Files } from '../../core/files.ts';
import { largestOf } from '../../core/lists.ts';
import { nrrdSegmentNames, readDicomHeader } from '../../formats/index.ts';
import { isLabel } from '../../studio/api/index.ts';
import { describeCase, type ProjectCase } from '../../studio/project-case.ts';
import { Refusal } from '../../studio/refusal.ts';
import { authorOf, type Params, paramsOf } from '../asked.ts';
import type { MonaiContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { fileAnswer } from '../http/answer.ts';
import type { PartFile } from '../http/multipart.ts';
import { classValues, withIgnored } from '../label-values.ts';
import { maskFileOf, NIFTI } from '../mask-file.ts';
import { segmentsOf, withOtherValues } from '../segments.ts';
import { endingOf, partNamed, required } from './image.ts';

/** Names under which there is a label: the one of now. */
const TAGS = ['final', 'original'];

/** Files of labels. */
const READ = /^\.(nii|nii\.gz|nrrd|seg\.nrrd|mha|png|tiff?|bin|dcm)$/;

/** Those that say themselves what their values are. */
const NAMED = /^\.(seg\.nrrd|dcm)$/;

/** Bytes that hold the header of a segmentation of 3D Slicer, names of segments included. */
const HEADER = 1 << 20;

/** Gives the label of a scan as NIfTI that lies on it; slices without a label are background. */
export const getLabel: Endpoint = async ({ studio, images }, { query }) => {
  const tag = query.get('tag') || 'final';
  const entry = await images.find(required(query, 'label'));
  const { slices } = describeCase(entry);
  if (!TAGS.includes(tag) || !slices.some(isLabel)) {
    throw new Refusal(404, `it has no label ${tag}`, { subject: entry.item.id });
  }
  const mask = await studio.labels.read(entry, { first: 0, count: slices.length });
  const others = withOtherValues(mask, segmentsOf(studio.project.settings));
  return fileAnswer(await maskFileOf(studio, entry.item.id, others, NIFTI));
};

/** Takes a label of a whole scan into the journal. */
export const putLabel: Endpoint = (context, asked) =>
  asked.parts(1, async ({ fields, files }) => {
    const { studio, images } = context;
    const tag = asked.query.get('tag') || 'final';
    if (tag !== 'final') {
      throw new Refusal(400, `labels are not kept under the tag ${tag}`, { hint: 'Leave the tag away.' });
    }
    const params = paramsOf(fields.get('params') ?? '');
    const entry = await images.find(required(asked.query, 'image'));
    const mask = await classMask(context, entry, partNamed(files, 'label'), params);
    const by = authorOf(asked, params);
    const edit = await editOf(context, entry, mask, params);
    const { written } = await studio.labels.edit(entry, { name: 'submit', by, kind: 'imported', ...edit });
    studio.changed(entry);
    const what = `${written.length} slices of ${entry.item.id} have a new label`;
    studio.host.emit({ type: 'note', level: 'info', text: by === undefined ? `${what}.` : `${what}, by ${by}.` });
    return { json: { image: asked.query.get('image'), label: entry.item.id } };
  });

/** A label that has come as class values of the project, uint8 [depth, height, width] in the studio's orientation. */
async function classMask(
  { studio }: MonaiContext,
  entry: ProjectCase,
  { name, path }: PartFile,
  params: Params,
): Promise<Uint8Array> {
  const { item } = entry;
  const ending = endingOf(name);
  if (!READ.test(ending)) {
    const hint = 'Send NIfTI: in the settings of MONAI Label in 3D Slicer, choose the file extension .nii.gz.';
    throw new Refusal(415, `labels do not come as ${ending} here`, { hint });
  }
  const own = `label${ending}`;
  const voxels = await studio.withTemporary(async (target) => {
    const given = { case: item.id, file: path, name: own, target, foreign: true };
    await studio.reader.run('importMask', given, { subject: item.id });
    return studio.host.files.read(target);
  });
  const { settings } = studio.project;
  const { hasIgnored = false } = studio.project.describe();
  const told = NAMED.test(ending) ? await ownSegments(studio.host.files, path, ending) : params.label_info;
  const values = classValues(voxels, told, { ...settings, hasIgnored });
  const mask = voxels.map((value) => values[value] as number);
  if (!hasIgnored) return mask;
  const count = describeCase(entry).slices.length;
  return withIgnored(mask, await studio.labels.read(entry, { first: 0, count }));
}

/** What a segmentation says of itself counts: each value stands at its own place, as where a program numbers from 1. */
async function ownSegments(files: Files, path: string, ending: string): Promise<readonly object[]> {
  const names = ending === '.dcm' ? await dicomSegments(files, path) : await slicerSegments(files, path);
  const most = largestOf(
    [...names.keys()].filter((value) => value <= 255),
    0,
  );
  return Array.from({ length: most }, (_, i) => ({ name: names.get(i + 1) ?? '', idx: i + 1 }));
}

async function slicerSegments(files: Files, path: string): Promise<ReadonlyMap<number, string>> {
  const segments = nrrdSegmentNames(await files.readStart(path, HEADER), 'the label');
  return new Map(segments.map(({ name, value }) => [value, name]));
}

async function dicomSegments(files: Files, path: string): Promise<ReadonlyMap<number, string>> {
  const header = await readDicomHeader((length) => files.readStart(path, length), 'the label');
  const segments = header.kind === 'segmentation' ? header.segmentation.segments : [];
  return new Map(segments.map(({ number, label }) => [number, label]));
}

/** Which slices are labelled, with what, and how it has come about. */
async function editOf(
  { served, slices }: MonaiContext,
  { item, measures }: ProjectCase,
  mask: Uint8Array,
  params: Params,
) {
  const depth = (measures as NonNullable<typeof measures>).shape[0];
  const plane = mask.length / depth;
  const planeOf = (z: number) => mask.subarray(z * plane, (z + 1) * plane);
  const asked = params.slices ?? slices;
  if (asked !== 'all' && asked !== 'drawn') throw new Refusal(400, 'slices are "all" or "drawn"');
  const all = Array.from({ length: depth }, (_, z) => z);
  const chosen = asked === 'all' ? all : all.filter((z) => planeOf(z).some((value) => value > 0));
  if (chosen.length === 0) throw new Refusal(400, 'no slice of the label holds anything', { subject: item.id });
  const masks = new Uint8Array(chosen.length * plane);
  for (const [i, z] of chosen.entries()) masks.set(planeOf(z), i * plane);
  const origins = await served.originsOf(item.id, mask, depth);
  return { slices: chosen, masks, origins: chosen.map((z) => origins[z] as (typeof origins)[number]) };
}
