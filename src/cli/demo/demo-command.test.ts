import { expect, it, vi } from 'vitest';
import { joinPath, readText } from '../../core/files.ts';
import { runCommand, workplace } from '../testing/run-command.ts';

/** The demo with smaller hearts: what is shown is how it ends, not how good it is. */
vi.mock('./demo-plan.ts', async (load) => {
  const plan = await load<typeof import('./demo-plan.ts')>();
  return { ...plan, demoData: (seed: number) => ({ ...plan.demoData(seed), unannotated: 4, size: 48, slices: 3 }) };
});

const { folder, files } = await workplace();

it('the demo leaves a report that compares, a model and masks', async () => {
  const out = joinPath(folder, 'demo');
  const { status, out: printed } = await runCommand('demo', '--out', out, '--steps', '3');
  expect(status).toBe(0);
  expect(printed).toMatch(/Supervised only.*right ventricle.*PatchCL: the same.*Mean Dice of the test patients/s);
  expect(await readText(files, joinPath(out, 'patchcl/report.html'))).toContain('>Comparison</h2>');
  expect(await files.kind(joinPath(out, 'patchcl/model.onnx'))).toBe('file');
  expect(await files.kind(joinPath(out, '.patchcl-demo'))).toBe('file');
  expect((await files.list(joinPath(out, 'predictions'))).length).toBe(10);
}, 240_000);
