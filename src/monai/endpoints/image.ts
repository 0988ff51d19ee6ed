import { stem } from '../../core/files.ts';
import { safeId } from '../../data/studio-labels/safe-id.ts';
import type { StudioBackend } from '../../studio/backend.ts';
import type { Body } from '../../studio/handlers/index.ts';
import { Refusal } from '../../studio/refusal.ts';
import { uploadScan } from '../../studio/upload-scan.ts';
import type { Asked } from '../asked.ts';
import type { Endpoint } from '../endpoint.ts';
import { fileAnswer } from '../http/answer.ts';
import type { PartFile } from '../http/multipart.ts';
import { sha256 } from '../images.ts';

/** Gives a scan as a file. */
export const getImage: Endpoint = async ({ images }, { query }) => {
  const { path, name } = await images.fileOf(await images.find(required(query, 'image')));
  return fileAnswer({ name, type: 'application/octet-stream', content: { file: path } });
};

/** Takes a new scan into the project. The same one again changes nothing. */
export const putImage: Endpoint = (context, asked) =>
  asked.parts(1, async ({ files }) => {
    const { studio } = context;
    const file = partNamed(files, 'file');
    const ext = endingOf(file.name);
    const image = asked.query.get('image') || stem(file.name);
    const name = `${safeId(image)}${ext}`;
    const known = studio.project.cases.find(({ item }) => item.id === safeId(stem(name)));
    if (known !== undefined) {
      const path = known.item.imagePath ?? '';
      const isFile = (await studio.host.files.kind(path)) === 'file';
      if (isFile && (await sha256(path)) === (await sha256(file.path))) return { json: { image: known.item.id } };
      const hint = 'Give it another name.';
      throw new Refusal(409, 'there is another scan of this name', { subject: image, hint });
    }
    const before = new Set(studio.project.cases.map(({ item }) => item.id));
    const { cases } = await uploadScan(studio, { case: '', run: '', name, more: 'false', body: moved(studio, file) });
    return { json: { image: cases.find(({ id }) => !before.has(id))?.id ?? image } };
  });

/** A file on disk as if it came just now. */
function moved({ host: { files } }: StudioBackend, { path }: PartFile): Body {
  return { bytes: () => files.read(path), toFile: (target) => files.move(path, target) };
}

/** A field of the query. @throws Refusal 400 when it is missing */
export function required(query: Asked['query'], field: string): string {
  const value = query.get(field);
  if (value !== null && value !== '') return value;
  throw new Refusal(400, `the query has no ${field}`);
}

/** @throws Refusal 400 when it is missing */
export function partNamed(files: readonly PartFile[], field: string): PartFile {
  const found = files.find((file) => file.field === field);
  if (found !== undefined) return found;
  throw new Refusal(400, `the form has no file ${field}`);
}

/** The ending of a file's name with its dot; MONAI Label takes NIfTI for what has none. */
export function endingOf(name: string): string {
  return /\.(nii\.gz|seg\.nrrd|dcm\.gz|[a-z\d]{1,8})$/i.exec(name)?.[0].toLowerCase() ?? '.nii.gz';
}
