import type { StudioBackend } from '../backend.ts';
import { type HandlersFor, voxels } from './handler-types.ts';

/** Scans as they are looked at: pictures, volumes and intensities. */
export function scanHandlers(
  studio: StudioBackend,
): HandlersFor<'case' | 'thumbnail' | 'volume' | 'preview' | 'intensities'> {
  const { cache, labels, host } = studio;
  return {
    case: async ({ case: id }) => studio.changed(await studio.ready(id)),
    thumbnail: async ({ case: id }) => {
      const { png, isRemade } = await cache.thumbnail(await studio.ready(id));
      if (isRemade) {
        const text = `The picture of ${id} in the list was damaged, and was made again.`;
        host.emit({ type: 'note', level: 'info', text });
      }
      return { content: png, type: 'image/png' };
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
        const part = await host.files.readPart(file, start, count * pixels * bytes);
        values.set(bytes === 2 ? new Int16Array(part.buffer) : new Float32Array(part.buffer), channel * count * pixels);
      }
      return voxels(new Uint8Array(values.buffer));
    },
  };
}
