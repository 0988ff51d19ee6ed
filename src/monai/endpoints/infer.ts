import { joinPath } from '../../core/files.ts';
import { RUN_FILES } from '../../runs/run-folder.ts';
import type { StudioBackend } from '../../studio/backend.ts';
import type { MaskFileKind } from '../../studio/jobs/protocol.ts';
import { describeCase, type ProjectCase } from '../../studio/project-case.ts';
import { Refusal } from '../../studio/refusal.ts';
import { type Asked, type Params, paramsOf } from '../asked.ts';
import type { MonaiContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { type Answer, fileAnswer, formAnswer, type NamedFile } from '../http/answer.ts';
import type { Parts } from '../http/multipart.ts';
import { maskFileOf, typeOf } from '../mask-file.ts';
import { type AskedModel, modelNamed } from '../models.ts';
import { namedValues, withOtherValues } from '../segments.ts';
import { endingOf, required } from './image.ts';

const OUTPUTS = ['all', 'image', 'json', 'dicom_seg'];

/** What a request is about: a scan of the project, or one that was sent along or before. */
type Source = { readonly entry: ProjectCase } | { readonly folder: string; readonly name: string };

/** Segments a scan. */
export const infer: Endpoint = (context, asked) =>
  asked.parts(2, async (parts) => {
    const params = paramsOf(parts.fields.get('params') ?? '');
    const output = asked.query.get('output') || 'all';
    if (!OUTPUTS.includes(output)) {
      throw new Refusal(400, `there is no output ${output}`, { hint: `There are ${OUTPUTS.join(', ')}.` });
    }
    if (parts.files.some(({ field }) => field === 'label')) {
      throw new Refusal(400, 'the models take no scribbles and no earlier label', { hint: 'Leave the label away.' });
    }
    const model = await modelNamed(context.studio, asked.ids.model as string);
    const { studio } = context;
    return studio.withTemporary(async (temporary) => {
      const source = await sourceOf(context, asked, parts, temporary);
      const told = { label_names: namedValues(model.segments), model: model.run, step: model.step };
      if (output === 'dicom_seg') return dicomSeg(context, source, model);
      const kind = kindOf(params, output);
      const mask =
        'entry' in source
          ? await ofCase(context, source, model, params, kind)
          : await ofFiles(studio, source, model, kind);
      if (output === 'json') return { json: told };
      return output === 'image' ? fileAnswer(mask) : formAnswer(told, mask);
    });
  });

export const inferSlide: Endpoint = async () => {
  throw new Refusal(501, 'slides of whole sections are not segmented here');
};

async function sourceOf(
  { images, sessions, studio }: MonaiContext,
  asked: Asked,
  { files }: Parts,
  temporary: string,
): Promise<Source> {
  const session = asked.query.get('session_id');
  if (session !== null && session !== '')
    return { name: sessions.get(session).image, folder: sessions.folder(session) };
  const file = files.find(({ field }) => field === 'file');
  if (file === undefined) return { entry: await images.find(required(asked.query, 'image')) };
  await studio.host.files.move(file.path, joinPath(temporary, `scan${endingOf(file.name)}`));
  return { folder: temporary, name: file.name };
}

/** @throws Refusal 400 for a format that masks are not written in here */
function kindOf(
  { result_extension: asked = '.nrrd', result_compress: compress }: Params,
  output: string,
): MaskFileKind {
  // Whoever asks for the bare mask is OHIF, which reads raw voxels alone.
  const gzip = typeof compress === 'boolean' ? compress : output !== 'image';
  if (asked === '.nrrd' || asked === '.nii' || asked === '.nii.gz') return { extension: asked, gzip };
  throw new Refusal(400, `masks are not written as ${String(asked)}`, { hint: 'Ask for .nrrd, .nii or .nii.gz.' });
}

/** The mask of a case, in the values of others. */
async function ofCase(
  { studio, served }: MonaiContext,
  { entry }: { readonly entry: ProjectCase },
  { run, segments }: AskedModel,
  { label_prompt: prompt }: Params,
  kind: MaskFileKind,
): Promise<NamedFile & { content: Uint8Array }> {
  const { id } = entry.item;
  const depth = describeCase(entry).slices.length;
  const mask = await studio.proposals.mask(id, run);
  const removed = new Set(studio.project.settings.removed);
  await served.remember(
    id,
    run,
    removed.size === 0 ? mask : mask.map((value) => (removed.has(value) ? 0 : value)),
    depth,
  );
  const others = withOtherValues(mask, segments);
  // Some segments of many, as the class prompts of OHIF ask for.
  const wanted = Array.isArray(prompt) && prompt.length > 0 ? new Set<unknown>(prompt) : undefined;
  const shown = wanted === undefined ? others : others.map((value) => (wanted.has(value) ? value : 0));
  return maskFileOf(studio, id, shown, kind);
}

/** The mask of a scan that is no case. */
async function ofFiles(
  { models, training, host, withTemporary }: StudioBackend,
  { folder, name }: { readonly folder: string; readonly name: string },
  { run, step, segments }: AskedModel,
  kind: MaskFileKind,
): Promise<NamedFile & { content: Uint8Array }> {
  const { stored } = training.runs.known(run);
  const place = training.runs.folder(run);
  const values = (stored.values ?? stored.classes.map((_, value) => value)).map(
    (value) => 1 + segments.findIndex((segment) => segment.value === value),
  );
  return withTemporary(async (target) => {
    const model = stored.kind === 'model' ? joinPath(place, RUN_FILES.model) : place;
    const given = { folder, model, key: `${run}#${step}`, values, target, ...kind };
    await models.run('segmentFiles', given, { subject: name });
    return { name: `mask${kind.extension}`, type: typeOf(kind), content: await host.files.read(target) };
  });
}

/** @throws Refusal 415 where the scan is no DICOM series */
async function dicomSeg({ handlers }: MonaiContext, source: Source, { run }: AskedModel): Promise<Answer> {
  const formats = 'entry' in source ? describeCase(source.entry).formats : [];
  if (!('entry' in source) || !formats.includes('dicom-seg')) {
    const hint = 'Ask with output=image.';
    throw new Refusal(415, 'there is no DICOM SEG of a scan that is no DICOM series of the project', { hint });
  }
  const asked = { of: 'proposal', rest: 'background', format: 'dicom-seg', run } as const;
  const { content, name = '' } = await handlers.exportMask({ case: source.entry.item.id, ...asked });
  return fileAnswer({ name, type: 'application/dicom', content });
}
