import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readSafetensors } from '../../formats/safetensors.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { largestDifference } from '../../testing/compare.ts';
import { tinyData } from '../../train/testing/tiny-data.ts';
import { TINY } from '../../train/testing/tiny-run.ts';
import { lastStep } from '../testing/last-step.ts';
import { mpiMissing, mpirun, rankProcesses } from '../testing/mpirun.ts';
import { runCommand } from '../testing/run-command.ts';

let folder: string;
const at = (name: string) => join(folder, name);

/**
 * A training of two seconds whose batch six ranks could share; smooth, so that rounding stays rounding, with steps that move biases
 * from 0, so that it stays small beside them, without boxes, which images of one rank exchange, and of a seed with which the last
 * digit decides nothing (see train/ranks.test.ts).
 */
const SETTINGS = {
  ...TINY,
  seed: 5,
  batch: { labelled: 6, unlabelled: 6 },
  consistency: { start: 0.2, ramp: 0.1, target: 'soft', threshold: 0 },
  mixing: { paste: 0 },
  optimiser: { kind: 'sgd', learningRate: 0.005, rampSteps: 0 },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'patchcl-ranks-'));
  const files = nodeFiles(folder);
  for (const [path, content] of Object.entries(tinyData())) await files.write(path, content);
  await files.write('short.yaml', stringify({ ...SETTINGS, budget: { steps: 40 }, validations: 2 }));
  await files.write('long.yaml', stringify({ ...SETTINGS, budget: { steps: 200 }, validations: 10 }));
  await files.write('uneven.yaml', stringify({ ...SETTINGS, batch: { labelled: 5, unlabelled: 6 } }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const train = (run: string, settings: string) => [
  'train',
  ...['--data', at('data'), '--out', at(run), '--config', at(settings)],
];
const together = ['--distributed', 'mpi'];
const stepOf = (run: string) => lastStep(at(run));
const parameters = async (run: string) => {
  const { tensors } = readSafetensors(await readFile(at(`${run}/checkpoint.safetensors`)), run);
  return Object.entries(tensors).filter(([name]) => /^(student|teacher)/.test(name));
};

describe.skipIf(mpiMissing !== undefined)('ranks started by mpirun', () => {
  it('train what one process trains: 20 steps of warm-up, 20 of the contrast', async () => {
    const alone = await runCommand(...train('alone', 'short.yaml'));
    expect(alone.status, alone.error).toBe(0);
    const { status, output } = await mpirun(2, [...train('two', 'short.yaml'), ...together]).ended;
    expect(status, output).toBe(0);
    expect(output).toContain('2 ranks train together');
    const expected = new Map(await parameters('alone'));
    for (const [name, { data }] of await parameters('two')) {
      expect(largestDifference(data as Float32Array, expected.get(name)?.data as Float32Array), name).toBeLessThan(
        1e-5,
      );
    }
  });

  it('end when one is killed, and others, in any number, go on from the checkpoint', async () => {
    const job = mpirun(2, [...train('killed', 'long.yaml'), ...together]);
    while (job.child.exitCode === null && (await stepOf('killed')) < 30)
      await new Promise((wake) => setTimeout(wake, 20));
    const [, victim] = rankProcesses(job);
    process.kill(victim as number, 'SIGKILL');
    const { status, output } = await job.ended;
    expect(status).not.toBe(0);
    expect(output).toContain('rank 0 on');
    expect(output).toContain(`continue with any number of ranks: patchcl train --resume --out ${at('killed')}`);
    expect((await parameters('killed')).length).toBeGreaterThan(10);

    const resumed = await mpirun(3, [...train('killed', 'long.yaml'), '--resume', ...together]).ended;
    expect(resumed.status, resumed.output).toBe(0);
    expect(resumed.output).toMatch(/resumed at step \d+/);
    expect(await stepOf('killed')).toBe(200);
  });

  it('stop with a checkpoint when mpirun is sent SIGUSR2', async () => {
    const job = mpirun(2, [...train('stopped', 'long.yaml'), ...together]);
    while (job.child.exitCode === null && (await stepOf('stopped')) < 30)
      await new Promise((wake) => setTimeout(wake, 20));
    job.child.kill('SIGUSR2');
    const { output } = await job.ended;
    expect(output).toContain('stopped; continue with: patchcl train --resume');
    const step = await stepOf('stopped');
    expect(step).toBeLessThan(200);
    const resumed = await runCommand('train', '--resume', '--out', at('stopped'));
    expect(resumed.error).toContain(`resumed at step ${step}`);
  });

  it('refuse a batch that they cannot share, in one sentence', async () => {
    const { status, output } = await mpirun(2, [...train('uneven', 'uneven.yaml'), ...together]).ended;
    expect(status).not.toBe(0);
    expect(
      output.match(/batch.labelled: a batch of 5 labelled images cannot be shared evenly by 2 ranks/g),
    ).toHaveLength(1);
  });
});

describe('--distributed mpi', () => {
  it('says what to do where there is no MPI library', async () => {
    process.env.PATCHCL_MPI_LIBRARY = 'no-such-library.so';
    try {
      const { status, error } = await runCommand(...train('none', 'short.yaml'), ...together);
      expect(status).toBe(1);
      expect(error).toContain('no-such-library.so: the MPI library does not load');
    } finally {
      delete process.env.PATCHCL_MPI_LIBRARY;
    }
  });
});
