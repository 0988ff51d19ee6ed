import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { packProject, unpackProject } from './backup.ts';
import { StudioProject } from './studio-project.ts';
import type { ReadableLabels } from './testing/backup-project.ts';
import { backedUp, labelled } from './testing/backup-project.ts';
import { memoryStudioFiles } from './testing/memory-studio-files.ts';

const place = { folder: 'moved/project', data: 'moved/scans', file: 'backup.zip' };

describe('a project as one file', () => {
  it('opens again elsewhere with the whole history of its labels, its runs, and its scans', async () => {
    const { files, before } = await backedUp();
    const bytes = await packProject(files, { folder: 'project', data: 'scans' }, true);
    const other = memoryStudioFiles();
    expect(await unpackProject(other, bytes, place)).toEqual({ name: 'scans', withScans: true });
    const project = await StudioProject.open(other, { folder: place.folder });
    const after: ReadableLabels = await labelled(project);
    expect(after).toEqual(before);
    expect(after.actions.map(({ name }) => name)).toEqual(['brush', 'erase', 'undo erase', 'accept']);
    expect(project.settings).toMatchObject({ data: 'moved/scans', classes: ['background', 'ring', 'core'] });
    expect(await other.read('moved/project/runs/round-01/model.onnx')).toEqual(new Uint8Array([1, 2, 3]));
    // What a run has learned from names its scans too.
    const learned = JSON.parse(
      new TextDecoder().decode(await other.read('moved/project/runs/round-01/data/studio.json')),
    );
    expect(learned.data).toBe('moved/scans');
    // What can be made anew is not in it.
    expect(await other.kind('moved/project/cache')).toBeUndefined();
    // Another edit goes behind what was there.
    await project.case('patient001_slice_1').labels.change({
      name: 'more',
      changes: [{ slice: 0, kind: 'drawn', mask: new Uint8Array(400), size: [20, 20] }],
    });
    expect(project.case('patient001_slice_1').labels.revision).toBe(before.actions.length + 1);
  });

  it('has no scans where they are not wanted, and is not unpacked over another project', async () => {
    const { files } = await backedUp();
    const bytes = await packProject(files, { folder: 'project', data: 'scans' }, false);
    const other = memoryStudioFiles();
    expect(await unpackProject(other, bytes, place)).toEqual({ name: 'scans', withScans: false });
    expect(await other.kind('moved/scans')).toBeUndefined();
    await expect(unpackProject(other, bytes, place)).rejects.toThrow('there is something in this folder already');
  });

  it.each([
    ['no ZIP file', new Uint8Array([1, 2, 3]), 'this is not a backup of a studio project'],
    ['another ZIP file', zipSync({ 'a.txt': new Uint8Array(1) }), 'this is not a backup of a studio project'],
    [
      'names that lead elsewhere',
      zipSync({
        'patchcl-project.json': new TextEncoder().encode('{"version":1,"name":"a","withScans":false}'),
        'project/../../evil': new Uint8Array(1),
      }),
      'which is no part of a project',
    ],
  ])('is refused in a sentence: %s', async (_, bytes, message) => {
    const files = memoryStudioFiles();
    await expect(unpackProject(files, bytes, place)).rejects.toThrow(message);
    expect(await files.kind('evil')).toBeUndefined();
  });
});
