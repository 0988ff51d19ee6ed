import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../src/core/rng.ts';
import { spread } from '../src/core/spread.ts';
import type { Case } from '../src/data/dataset.ts';
import { openDataset } from '../src/data/layouts/open.ts';
import { turned } from '../src/data/layouts/studio.ts';
import { writeNifti } from '../src/formats/index.ts';
import { nodeFiles } from '../src/node/node-files.ts';
import { evaluateCases } from '../src/predict/evaluate.ts';
import { Segmenter } from '../src/predict/segmenter.ts';
import { nodeRuntime } from '../src/runtime/node/runtime.ts';
import { Annotator, type Choice } from '../src/server/testing/annotator.ts';
import { type StartedStudio, startStudio } from '../src/server/testing/start-studio.ts';

/**
 * Does what the studio says to label next help? A person, simulated by true labels through the studio's API, draws on three
 * of twenty scans without labels, trains, and reviews two more scans in each of three rounds: those that the model doubts
 * most, or random ones. Both begin with the same labels and the same first model. Dice is that of the rounds' models on
 * scans that are not in the project. With `--odd`, so many of the twenty scans, and the same share of the others, have bright and
 * dark exchanged, as another sequence of the scanner might: a data set whose scans are not alike.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    first: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '3' },
    steps: { type: 'string', default: '300' },
    threads: { type: 'string', default: '2' },
    odd: { type: 'string', default: '0' },
    choices: { type: 'string', default: 'ranking,random' },
  },
});
/** A small network on small slices: the rounds are compared with each other, not with the field. */
const SETTINGS = {
  size: 48,
  network: { widths: [12, 24, 48] },
  batch: { labelled: 8, unlabelled: 8 },
  validations: 4,
  optimiser: { rampSteps: 20 },
  // Scans lie alike here, and front and back of the hippocampus are classes of their own.
  augment: { weak: { flip: false, rightAngles: false } },
};
const [FIRST, ADDED, ROUNDS, CASES, HELD_OUT] = [3, 2, 3, 20, 40];
const [firstSeed, seeds, steps, threads] = [values.first, values.seeds, values.steps, values.threads].map(Number) as [
  number,
  number,
  number,
  number,
];

const odd = Number(values.odd);
const choices = values.choices.split(',') as Choice[];

interface Round {
  readonly labelled: readonly string[];
  /** Mean over held-out scans and classes. */
  readonly dice: number;
}

/** To be ended, whatever happens. */
const running: StartedStudio[] = [];

const files = nodeFiles();
const { cases, classes } = await openDataset(files, values.data as string);
const annotated = cases.filter(({ label }) => label !== undefined);
const results: { seed: number; choice: Choice; rounds: Round[] }[] = [];
for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
  const shuffled = new Rng(seed, 'studio-rounds').shuffle(annotated);
  const place = await mkdtemp(join(tmpdir(), 'patchcl-studio-rounds-'));
  try {
    const project = shuffled.slice(0, CASES).map((item, i) => (i < odd ? exchanged(item) : item));
    const others = shuffled.slice(CASES, CASES + HELD_OUT);
    const heldOut = others.map((item, i) => (i < (odd * HELD_OUT) / CASES ? exchanged(item) : item));
    results.push(...(await bothWays(place, seed, project, heldOut)));
  } finally {
    for (const studio of running.splice(0)) await studio.end();
    await rm(place, { recursive: true, force: true });
  }
  const summary = { steps, cases: CASES, heldOut: HELD_OUT, results };
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(summary, null, 2)}\n`);
}
for (const choice of choices) {
  const own = results.filter((result) => result.choice === choice);
  const means = Array.from({ length: ROUNDS + 1 }, (_, i) =>
    mean(own.map(({ rounds }) => rounds[i]?.dice ?? Number.NaN)),
  );
  process.stdout.write(`${choice.padEnd(8)} ${means.map((value) => value.toFixed(4)).join('  ')}\n`);
}

/** A case with bright and dark exchanged. */
function exchanged(item: Case): Case {
  return {
    ...item,
    async image() {
      const volume = await item.image();
      const most = volume.data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      return { ...volume, data: volume.data.map((value) => most - value) };
    },
  };
}

/** The first round once, then three more with either choice. */
async function bothWays(place: string, seed: number, project: readonly Case[], heldOut: readonly Case[]) {
  const scans = join(place, 'scans');
  await mkdir(join(scans, 'images'), { recursive: true });
  for (const { imagePath, image } of project) {
    const path = join(scans, 'images', basename(imagePath as string));
    if (odd === 0) await cp(imagePath as string, path);
    else await writeFile(path, writeNifti(await image()));
  }
  await writeFile(join(scans, 'dataset.json'), JSON.stringify({ labels: [...(classes ?? [])] }));
  const truths = new Map(project.map((item) => [item.id, item]));

  const open = async (folder: string): Promise<{ started: StartedStudio; annotator: Annotator }> => {
    const started = await startStudio('--data', scans, '--project', folder);
    running.push(started);
    const { orientation } = await started.studio.ask('project', {});
    const truth = async (id: string) => {
      const label = await (truths.get(id) as Case & { label: NonNullable<Case['label']> }).label();
      return turned(label, orientation).data;
    };
    return { started, annotator: new Annotator(started.studio, truth) };
  };
  const train = async ({ started, annotator }: Awaited<ReturnType<typeof open>>) => {
    const run = await annotator.train({ steps, settings: { ...SETTINGS, seed, threads } });
    const dice = await heldOutDice(await started.studio.ask('model', { run: run.id }), heldOut);
    return { run: run.id, dice };
  };

  const common = join(place, 'common');
  const first = await open(common);
  const order = (await first.annotator.cases()).map(({ id }) => id);
  const labelled = spread(order, FIRST);
  for (const id of labelled) await first.annotator.draw(id);
  const start = await train(first);
  await first.started.end();
  process.stdout.write(`seed ${seed}: ${FIRST} scans ${start.dice.toFixed(4)}\n`);

  const ways: (typeof results)[number][] = [];
  for (const choice of choices) {
    const folder = join(place, choice);
    await cp(common, folder, { recursive: true });
    const opened = await open(folder);
    await opened.annotator.cases();
    const rounds: Round[] = [{ labelled: [...labelled], dice: start.dice }];
    const rng = new Rng(seed, 'random-cases');
    let { run } = start;
    for (let round = 1; round <= ROUNDS; round++) {
      const next = await opened.annotator.next(ADDED, choice, run, rng);
      for (const id of next) await opened.annotator.review(id);
      const trained = await train(opened);
      run = trained.run;
      rounds.push({ labelled: next, dice: trained.dice });
      process.stdout.write(`seed ${seed}: ${choice}, round ${round}: ${next.join(', ')} ${trained.dice.toFixed(4)}\n`);
    }
    await opened.started.end();
    ways.push({ seed, choice, rounds });
  }
  return ways;
}

async function heldOutDice(model: Uint8Array, heldOut: readonly Case[]): Promise<number> {
  const segmenter = await Segmenter.load(nodeRuntime({ threads }), model, 'model.onnx');
  const scores = await evaluateCases(segmenter, heldOut);
  await segmenter.dispose();
  return mean(scores.flatMap(({ dice }) => dice.filter((value) => value !== null)));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0) / numbers.length;
}
