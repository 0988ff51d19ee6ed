import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sgd } from '../nn/optimisers.ts';
import { nodeRuntime } from '../runtime/node/runtime.ts';
import { stepProgram } from '../train/program.ts';
import type { Method } from './method.ts';
import { methodSettings } from './settings.ts';
import { computeStep, meanOf, pixelProbabilities, SCHEDULED, SHAPE } from './testing/objective.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The method that docs/methods.md tells people to write, imported as if it stood in this folder. */
async function documentedMethod(): Promise<{ method: Method; lines: number }> {
  const page = await readFile(at('../../docs/methods.md'), 'utf8');
  const [, code = ''] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'patchcl-own-method-'));
  try {
    const file = join(folder, 'squared-teacher.ts');
    await writeFile(
      file,
      code.replaceAll("from '../", `from '${at('../')}`).replaceAll("from './", `from '${at('./')}`),
    );
    const { squaredTeacher } = (await import(file)) as { squaredTeacher: Method };
    return { method: squaredTeacher, lines: code.split('\n').length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

it('the method of the documentation computes what it says and makes a training step', async () => {
  const { method, lines } = await documentedMethod();
  expect(lines).toBeLessThan(60);
  const { scalars, values } = await computeStep(method, (step) => ({
    student: step.unlabelledLogits(),
    teacher: step.teacherLogits(),
  }));
  const [student, teacher] = [values.student, values.teacher].map((logits) =>
    pixelProbabilities(logits as number[]),
  ) as [number[][], number[][]];
  const squares = meanOf(student, (pixel, i) => meanOf(pixel, (p, k) => (p - (teacher[i]?.[k] as number)) ** 2));
  expect(scalars.consistency).toBeCloseTo(SCHEDULED * squares, 6);

  const settings = methodSettings.parse(method.defaults);
  const phase = method.phases(settings).at(-1) as ReturnType<Method['phases']>[number];
  const optimiser = sgd({ momentum: 0.9, weightDecay: 0 });
  const program = stepProgram(phase, { shape: SHAPE, settings, optimiser, target: nodeRuntime({ threads: 1 }).target });
  expect(program.scalars).toEqual(['loss', 'supervised', 'consistency']);
  expect(Object.keys(program.state)).toContain('teacher.unet');
});
