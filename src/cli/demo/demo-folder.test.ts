import { expect, it } from 'vitest';
import { memoryFiles } from '../../core/memory-files.ts';
import { claimDemoFolder } from './demo-folder.ts';

const paths = async (content: Record<string, string>) => {
  const files = memoryFiles(content);
  await claimDemoFolder(files, 'demo');
  return (await files.list('demo')).map(({ name }) => name);
};

it('a new folder is marked before anything else is in it', async () => {
  expect(await paths({})).toEqual(['.patchcl-demo']);
});

it("a demo's folder may be used again, whatever has been added", async () => {
  expect(await paths({ 'demo/.patchcl-demo': '', 'demo/data/a': '', 'demo/mine': '' })).toHaveLength(3);
});

it.each(['data', 'predictions', 'supervised', 'patchcl', 'anything'])('a folder with %s is not ours', async (name) => {
  await expect(paths({ [`demo/${name}/scan.nii.gz`]: 'mine' })).rejects.toThrow(
    'demo: the folder is not empty and holds no .patchcl-demo, so the demo will not replace what is in it. Choose',
  );
});
