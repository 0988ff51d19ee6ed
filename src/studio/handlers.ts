import { joinPath } from '../core/files.ts';
import { hasFile, runPath } from '../runs/run-folder.ts';
import { modelBytes } from '../runs/run-model.ts';
import type { StudioCase } from './api/index.ts';
import { type Body, type Content, type Handlers, MOST_UPLOADED, voxels } from './content.ts';
import type { SliceRange } from './label-desk.ts';
import { Refusal } from './refusal.ts';
import type { Studio } from './studio.ts';
import { runDetail } from './training/run-detail.ts';
import { uploadScan } from './upload-scan.ts';

/** What the API does. */
export function handlersOf(studio: Studio): Handlers {
  const { project, cache, labels, training, proposals, reader, models, host } = studio;
  const { files } = host;

  /** Part of a proposal's voxels: `planes` of them a slice. */
  const proposed = async (
    what: 'mask' | 'probabilities' | 'entropy',
    { case: id, run, first, count }: { case: string; run?: string | undefined } & SliceRange,
  ): Promise<Content> => {
    const entry = await studio.ready(id);
    const pixels = (await labels.size(entry, { first, count })) / count;
    const proposal = await proposals.get(id, run);
    const file = joinPath(proposals.folder(id, proposal), `${what}.raw`);
    const planes = what === 'probabilities' ? proposal.classes.length : 1;
    const length = count * planes * pixels;
    const start = first * planes * pixels;
    if (planes === 1) return voxels({ file, start, length });
    return voxels(classesFirst(await files.readPart(file, start, length), count, planes, pixels));
  };

  const uploaded = <T>(body: Body, use: (path: string) => Promise<T>): Promise<T> =>
    studio.withTemporary(async (path) => {
      await body.toFile(path, MOST_UPLOADED);
      return use(path);
    });

  return {
    project: async () => project.describe(),
    setClasses: async ({ body: { classes } }) => {
      await project.setClasses(classes);
      await Promise.all([reader, models].map((worker) => worker.run('refresh', null)));
      host.emit({ type: 'project' });
      return project.describe();
    },
    case: async ({ case: id }) => studio.changed(await studio.ready(id)),
    thumbnail: async ({ case: id }) => {
      await studio.ready(id);
      return { content: { file: cache.thumbnail(id) }, type: 'image/png' };
    },
    volume: async ({ case: id }) => {
      await studio.ready(id);
      return { content: { file: (await cache.volume(id)).file }, type: 'application/octet-stream', name: `${id}.nii` };
    },
    preview: async ({ case: id }) => {
      await studio.ready(id);
      return { content: { file: await cache.preview(id) }, type: 'application/octet-stream', name: `${id}.nii` };
    },
    intensities: async ({ case: id, first, count }) => {
      const entry = await studio.ready(id);
      const pixels = (await labels.size(entry, { first, count })) / count;
      const { shape, channels } = await cache.measures(entry);
      const { file, header, bytes } = await cache.volume(id);
      const values = new Float32Array(channels * count * pixels);
      for (let channel = 0; channel < channels; channel++) {
        const start = header + (channel * shape[0] + first) * pixels * bytes;
        const part = await files.readPart(file, start, count * pixels * bytes);
        values.set(bytes === 2 ? new Int16Array(part.buffer) : new Float32Array(part.buffer), channel * count * pixels);
      }
      return voxels(new Uint8Array(values.buffer));
    },
    mask: async ({ case: id, first, count }) => voxels(await labels.read(await studio.ready(id), { first, count })),
    saveMask: async ({ case: id, first, count, provenance, run, body }) => {
      const entry = await studio.ready(id);
      const range = { first, count };
      const masks = await body.bytes(await labels.size(entry, range));
      await labels.save(entry, range, masks, { kind: provenance, run });
      return studio.changed(entry);
    },
    removeMask: async ({ case: id, first, count }) => {
      const entry = await studio.ready(id);
      await labels.remove(entry, { first, count });
      return studio.changed(entry);
    },
    reject: async ({ case: id, first, count, run }) => {
      const entry = await studio.ready(id);
      await labels.reject(entry, { first, count }, run);
      return studio.changed(entry);
    },
    importMask: async ({ case: id, name, slices, body }): Promise<StudioCase> => {
      const entry = await studio.ready(id);
      return uploaded(body, (file) =>
        studio.withTemporary(async (target) => {
          const read = await reader.run('importMask', { case: id, file, name, target }, { subject: name });
          const masks = await project.files.read(target);
          const chosen = slices === 'foreground' ? { slices: read.foreground } : {};
          await labels.save(entry, { first: 0, count: read.depth }, masks, { kind: 'imported', ...chosen });
          return studio.changed(entry);
        }),
      );
    },
    exportMask: async ({ case: id, of, run, format }) => {
      const entry = await studio.ready(id);
      const range = { first: 0, count: (await cache.measures(entry)).shape[0] };
      const masks = of === 'labels' ? await labels.read(entry, range) : await proposedMask(id, run);
      return studio.withTemporary((source) =>
        studio.withTemporary(async (target) => {
          await project.files.write(source, masks);
          const given = { case: id, voxels: source, target, format: format ?? null };
          const { name } = await reader.run('exportMask', given, { subject: id });
          return { content: await project.files.read(target), type: 'application/octet-stream', name };
        }),
      );
    },

    proposal: async ({ case: id, run }) => {
      await studio.ready(id);
      return proposals.get(id, run);
    },
    proposalMask: (request) => proposed('mask', request),
    proposalProbabilities: (request) => proposed('probabilities', request),
    proposalEntropy: (request) => proposed('entropy', request),
    ranking: async ({ count }) => proposals.ranking(count),

    runs: () => training.list(),
    run: async ({ run }) => runDetail(project.files, training.folder(run), await training.describe(run)),
    train: ({ body }) => training.start(body),
    pause: ({ run }) => training.pause(run),
    resume: ({ run }) => training.resume(run),
    stop: ({ run }) => training.stop(run),
    patches: async ({ run, batch }) => {
      training.known(run);
      const given = { run, folder: training.folder(run), data: training.data(run), batch };
      return models.run('patches', given, { subject: run });
    },
    model: async ({ run }) => {
      training.known(run);
      const content = await modelBytes(project.files, training.folder(run));
      return { content, type: 'application/octet-stream', name: `${run}.onnx` };
    },
    report: async ({ run }) => {
      training.known(run);
      const folder = training.folder(run);
      if (!(await hasFile(project.files, folder, 'report'))) {
        throw new Refusal(404, 'the run has no report yet', { subject: run });
      }
      const headers = {
        'Content-Security-Policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      };
      return { content: { file: runPath(folder, 'report') }, type: 'text/html; charset=utf-8', headers };
    },
    loadModel: ({ name, body }) =>
      uploaded(body, (file) =>
        training.addModel(name, (target) => models.run('adopt', { file, name, target }, { subject: name })),
      ),
    uploadScan: (request) => uploadScan(studio, request),
  };

  async function proposedMask(id: string, run: string | undefined): Promise<Uint8Array> {
    return project.files.read(joinPath(proposals.folder(id, await proposals.get(id, run)), 'mask.raw'));
  }
}

/** [count, planes, pixels] as [planes, count, pixels]. */
function classesFirst(values: Uint8Array, count: number, planes: number, pixels: number): Uint8Array {
  const moved = new Uint8Array(values.length);
  for (let z = 0; z < count; z++) {
    for (let k = 0; k < planes; k++) {
      const from = (z * planes + k) * pixels;
      moved.set(values.subarray(from, from + pixels), (k * count + z) * pixels);
    }
  }
  return moved;
}
