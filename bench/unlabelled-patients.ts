/**
 * Measures finished runs on the patients whose masks they did not see: the unlabelled ones of their own training data (SSL4MIS layout,
 * whose training slices are stacked to volumes again). Nothing was chosen on them; methods with unlabelled images have seen the
 * scans, not the masks, which is the case of a person who wants the rest of a study segmented.
 *
 * usage: npx tsx bench/unlabelled-patients.ts --runs OUT --data DIR [--against METHOD ...]
 * OUT is a folder of `patchcl compare` with its runs `DATA-LABELLED-METHOD-SEED`, of which the finished ones are taken. Prints a table and
 * writes bench/results/unlabelled-patients-OUT.json.
 */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { differenceText } from '../src/compare/tables.ts';
import { readText } from '../src/core/files.ts';
import { Rng } from '../src/core/rng.ts';
import type { Case } from '../src/data/dataset.ts';
import { openDataset } from '../src/data/layouts/open.ts';
import { parseManifest } from '../src/data/manifest.ts';
import type { LabelVolume, Volume } from '../src/imaging/volume.ts';
import { pairCases, pairedDifference } from '../src/metrics/paired.ts';
import { type CaseScores, type Evaluation, summarise } from '../src/metrics/summary.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { evaluateCases } from '../src/predict/evaluate.ts';
import { textTable } from '../src/report/table.ts';
import { loadSegmenter } from '../src/runs/load-segmenter.ts';
import { runPath } from '../src/runs/run-folder.ts';
import { tunedNodeRuntime } from '../src/runtime/node/runtime.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    data: { type: 'string' },
    against: { type: 'string', multiple: true, default: ['supervised', 'mean-teacher', 'bcp'] },
  },
});
const { runs: folder, data, against: baselines } = values;
if (folder === undefined || data === undefined) throw new Error('--runs OUT and --data DIR are needed');

const files = nodeFiles();
const runtime = await tunedNodeRuntime();
const dataset = await openDataset(files, data);
const slices = new Map(dataset.cases.map((item) => [item.id, item]));

/** The slices of one frame, first slice first, as one case. */
function stacked(id: string, parts: readonly Case[]): Case {
  const [{ patient }] = parts as readonly [Case];
  const join = <V extends Volume | LabelVolume>(volumes: readonly V[], shape: (first: V) => V['shape']): V => {
    const first = volumes[0] as V;
    const Kind = first.data.constructor as new (length: number) => V['data'];
    const joined = new Kind(volumes.length * first.data.length);
    volumes.forEach((volume, i) => {
      joined.set(volume.data, i * first.data.length);
    });
    return { ...first, data: joined, shape: shape(first) };
  };
  return {
    id,
    patient,
    image: async () =>
      join(await Promise.all(parts.map(({ image }) => image())), ({ shape: [channels, , height, width] }) => {
        return [channels, parts.length, height, width];
      }),
    label: async () =>
      join(await Promise.all(parts.map(({ label }) => (label as NonNullable<Case['label']>)())), ({ shape }) => {
        return [parts.length, shape[1], shape[2]];
      }),
  };
}

const SLICE = /^(?<frame>.+)_slice_(?<number>\d+)$/;

async function unlabelledVolumes(run: string): Promise<Case[]> {
  const path = runPath(run, 'split');
  const manifest = parseManifest(await readText(files, path), path);
  const frames = new Map<string, [number, Case][]>();
  for (const id of manifest.parts.unlabelled.flatMap(({ cases }) => cases)) {
    const { frame = id, number = '0' } = SLICE.exec(id)?.groups ?? {};
    frames.set(frame, [...(frames.get(frame) ?? []), [Number(number), slices.get(id) as Case]]);
  }
  return [...frames].map(([frame, parts]) => {
    const ordered = parts.sort(([a], [b]) => a - b).map(([, item]) => item);
    return stacked(frame, ordered);
  });
}

interface Measured {
  readonly run: string;
  readonly method: string;
  readonly seed: string;
  readonly scores: readonly CaseScores[];
  readonly mean: Evaluation['mean'];
}

const patients = new Map<string, string>();
const measured: Measured[] = [];
for (const name of (await readdir(folder)).sort()) {
  const { method, seed } = /^[^-]+-[^-]+-(?<method>.+)-(?<seed>\d+)$/.exec(name)?.groups ?? {};
  if (method === undefined || seed === undefined) continue;
  const run = `${folder}/${name}`;
  if ((await files.kind(runPath(run, 'model'))) !== 'file') continue;
  const cases = await unlabelledVolumes(run);
  for (const { id, patient } of cases) patients.set(id, patient);
  const segmenter = await loadSegmenter(files, runtime, run);
  const scores = await evaluateCases(segmenter, cases);
  await segmenter.dispose();
  const { mean } = summarise(scores, segmenter.info.classes);
  measured.push({ run: name, method, seed, scores, mean });
  process.stderr.write(`${name}: ${mean.dice?.toFixed(4)}\n`);
}

const methods = [...new Set(measured.map(({ method }) => method))];
const rows = methods.map((method) => {
  const own = measured.filter((one) => one.method === method);
  const dice = own.map((one) => one.mean.dice as number);
  const mean = dice.reduce((sum, one) => sum + one, 0) / dice.length;
  const against = (other: string) => {
    if (other === method) return null;
    const pairs = own.flatMap(({ seed, scores }) => {
      const same = measured.find((one) => one.method === other && one.seed === seed);
      return same === undefined ? [] : pairCases(scores, same.scores, (id) => patients.get(id) ?? id);
    });
    return pairs.length === 0 ? null : pairedDifference(pairs, 'dice', new Rng(0, 'paired', 'dice'));
  };
  return { method, dice, mean, differences: Object.fromEntries(methods.map((other) => [other, against(other)])) };
});

process.stdout.write(
  `${textTable({
    columns: [
      { title: 'method' },
      { title: 'Dice', digits: 3 },
      { title: 'of each seed' },
      ...baselines.map((other) => ({ title: `against ${other}` })),
    ],
    rows: rows.map(({ method, mean, dice, differences }) => [
      method,
      mean,
      dice.map((one) => one.toFixed(3)).join(' '),
      ...baselines.map((other) => differenceText(differences[other] ?? null)),
    ]),
  })}\n${patients.size} volumes of ${new Set(patients.values()).size} patients\n`,
);
const results = {
  data: basename(data),
  volumes: patients.size,
  patients: new Set(patients.values()).size,
  rows,
  runs: measured.map(({ run, scores, mean }) => ({
    run,
    mean,
    cases: Object.fromEntries(
      scores.map(({ id, dice }) => [id, dice.map((one) => (one === null ? null : Number(one.toFixed(4))))]),
    ),
  })),
};
const out = fileURLToPath(new URL(`results/unlabelled-patients-${basename(folder)}.json`, import.meta.url));
await files.write(out, `${JSON.stringify(results)}\n`);
