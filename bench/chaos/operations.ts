import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Rng } from '../../src/core/rng.ts';
import { Annotator } from '../../src/server/testing/annotator.ts';
import { BALL_SHAPE, ballScan } from '../../src/server/testing/ball-scans.ts';
import { startStudio } from '../../src/server/testing/start-studio.ts';
import { patchcl } from './command.ts';
import { HOSTILE, scan } from './hostile.ts';

/** The place of a chaos: made once, by `prepare` of the main program. */
export interface Place {
  readonly root: string;
  readonly rng: Rng;
  /** What an uninterrupted training gives. */
  readonly straight: string;
}

/** What an operation found wrong: `fault` for what should not have been said or done, `loss` for work that is gone. */
export type Finding = { readonly kind: 'fault' | 'loss'; readonly text: string };

const sumOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const trainArgs = (place: Place, run: string) => [
  'train',
  '--data',
  join(place.root, 'data'),
  '--config',
  join(place.root, 'tiny.yaml'),
  '--out',
  run,
];
const isBug = (text: string) => /this is a bug|\n\s+at .*:\d+:\d+/.test(text);

function fresh({ root, rng }: Place, name: string): string {
  const folder = join(root, `${name}-${rng.int(2 ** 31).toString(36)}`);
  rmSync(folder, { recursive: true, force: true });
  return folder;
}

const fault = (text: string): Finding => ({ kind: 'fault', text });
const loss = (text: string): Finding => ({ kind: 'loss', text });

/** Scans, some of them hostile: all others have their masks, each of these its sentence. */
async function predict(place: Place): Promise<Finding[]> {
  const [scans, out] = [fresh(place, 'scans'), fresh(place, 'masks')];
  mkdirSync(scans, { recursive: true });
  const good = Array.from({ length: 6 }, (_, n) => `good${n}`);
  for (const [n, name] of good.entries()) writeFileSync(join(scans, `${name}.nii.gz`), scan(n).image);
  const kinds = Object.keys(HOSTILE).filter(() => place.rng.chance(0.5));
  for (const [n, kind] of kinds.entries()) HOSTILE[kind]?.(scans, `bad${n}`, place.rng);
  const { status, text } = await patchcl(['predict', place.straight, scans, '--out', out, '--memory', '1G']);
  const found: Finding[] = [];
  if (isBug(text)) found.push(fault(`predict: ${text.slice(-600)}`));
  if (status !== (kinds.length === 0 ? 0 : 1)) found.push(fault(`predict ended with ${status}: ${text.slice(-600)}`));
  for (const name of good)
    if (!existsSync(join(out, `${name}.nii.gz`)))
      found.push(loss(`no mask of ${name} beside ${kinds.join(', ')}: ${text.slice(-600)}`));
  const untold = kinds.filter((kind, n) => kind !== 'link to itself' && !text.includes(`bad${n}`));
  if (untold.length > 0) found.push(fault(`nothing was said of ${untold.join(', ')}: ${text.slice(-800)}`));
  for (const folder of [scans, out]) rmSync(folder, { recursive: true, force: true });
  return found;
}

/** A data set with hostile files is inspected to its end. */
async function inspect(place: Place): Promise<Finding[]> {
  const data = fresh(place, 'inspected');
  cpSync(join(place.root, 'data'), data, { recursive: true });
  const kinds = Object.keys(HOSTILE);
  const kind = kinds[place.rng.int(kinds.length)] as string;
  HOSTILE[kind]?.(join(data, 'images'), 'bad', place.rng);
  const { text } = await patchcl(['inspect', data]);
  rmSync(data, { recursive: true, force: true });
  return isBug(text) || !text.includes('training would choose')
    ? [fault(`inspect with ${kind}: ${text.slice(-600)}`)]
    : [];
}

/** Two trainings in one folder: one trains, the other says why not. */
async function twoTrainings(place: Place): Promise<Finding[]> {
  const run = fresh(place, 'twice');
  const ends = await Promise.all([patchcl(trainArgs(place, run)), patchcl(trainArgs(place, run))]);
  const found = ends.filter(({ text }) => isBug(text)).map(({ text }) => fault(`two trainings: ${text.slice(-600)}`));
  const won = ends.filter(({ status }) => status === 0).length;
  const told = ends.some(({ text }) => /is at work in this folder|already holds a run/.test(text));
  if (won !== 1 || !told)
    found.push(fault(`two trainings: ${won} won; ${ends.map(({ text }) => text.slice(-200)).join(' | ')}`));
  else found.push(...sameAs(place, run, 'two trainings'));
  rmSync(run, { recursive: true, force: true });
  return found;
}

/** Whether a run came to what an uninterrupted one comes to. */
function sameAs({ straight }: Place, run: string, what: string): Finding[] {
  const files = ['best.safetensors', 'checkpoint.safetensors'];
  const other = files.filter(
    (name) => !existsSync(join(run, name)) || sumOf(join(run, name)) !== sumOf(join(straight, name)),
  );
  return other.length === 0 ? [] : [loss(`${what}: ${other.join(' and ')} differ from those of an uninterrupted run`)];
}

/** A training that is killed without warning, perhaps with a damaged checkpoint, and goes on. */
async function killedTraining(place: Place): Promise<Finding[]> {
  const run = fresh(place, 'killed');
  await patchcl(trainArgs(place, run), 1000 + place.rng.int(9000));
  const found: Finding[] = [];
  const checkpoint = join(run, 'checkpoint.safetensors');
  const isDamaged = existsSync(join(run, 'checkpoint-before.safetensors')) && place.rng.chance(0.5);
  if (isDamaged) {
    const bytes = readFileSync(checkpoint);
    const at = place.rng.int(bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << place.rng.int(8));
    writeFileSync(checkpoint, bytes);
    const refused = await patchcl([...trainArgs(place, run), '--resume']);
    if (refused.status === 0 || !refused.text.includes('--resume-before'))
      found.push(loss(`byte ${at} of a checkpoint was not found: ${refused.text.slice(-400)}`));
  }
  const went = await patchcl([...trainArgs(place, run), isDamaged ? '--resume-before' : '--resume']);
  if (went.status !== 0) found.push(loss(`a killed training did not go on: ${went.text.slice(-600)}`));
  else found.push(...sameAs(place, run, 'a killed training'));
  rmSync(run, { recursive: true, force: true });
  return found;
}

/** A real studio: labels drawn, broken uploads, two starts at once; killed, its caches damaged, opened again, opened twice. */
async function studio(place: Place): Promise<Finding[]> {
  const project = fresh(place, 'project');
  const args = ['--data', join(place.root, 'balls'), '--project', project] as const;
  const found: Finding[] = [];
  const first = await startStudio(...args);
  const drawn: [string, number][] = [];
  const truthOf = (id: string) => ballScan(Number(id.slice(4))).mask;
  try {
    const annotator = new Annotator(first.studio, async (id) => truthOf(id));
    await annotator.cases();
    for (let n = 0; n < 3; n++) {
      const [id, slice] = [`ball${1 + place.rng.int(4)}`, place.rng.int(BALL_SHAPE[0])];
      await annotator.draw(id, [slice]);
      drawn.push([id, slice]);
    }
    const junk = Uint8Array.from({ length: 500 }, () => place.rng.int(256));
    const upload = (name: string, body: Uint8Array) =>
      first.studio.ask('uploadScan', { name, body }).catch((error: Error) => error);
    const [bad, good] = await Promise.all([upload('junk.nii.gz', junk), upload('more.nii.gz', scan(1).image)]);
    if (!(bad instanceof Error)) found.push(fault('a scan of noise was taken'));
    if (good instanceof Error) found.push(loss(`a good scan was not taken beside a broken one: ${good.message}`));
    const start = () =>
      first.studio.ask('train', { body: { steps: 4, method: 'supervised' } }).then(
        () => true,
        () => false,
      );
    const started = await Promise.all([start(), start(), start(), start()]);
    if (started.filter(Boolean).length !== 1)
      found.push(fault(`of four starts ${started.filter(Boolean).length} trained`));
    const second = await patchcl(['studio', ...args, '--no-page', '--port', '0'], 120_000);
    if (!second.text.includes('has this project open'))
      found.push(fault(`a second studio opened the project: ${second.text.slice(-300)}`));
  } finally {
    first.process.kill('SIGKILL');
  }
  await new Promise((wake) => setTimeout(wake, 300));
  damage(place, project);
  const again = await startStudio(...args);
  try {
    const annotator = new Annotator(again.studio, async (id) => truthOf(id));
    const cases = await annotator.cases();
    for (const [id, slice] of drawn) {
      const state = cases.find((entry) => entry.id === id)?.slices[slice];
      if (state !== 'drawn') found.push(loss(`slice ${slice} of ${id} was drawn, and is ${state} after a crash`));
    }
    if (!cases.some(({ id }) => id === 'more')) found.push(loss('an uploaded scan is gone after a crash'));
    if (isBug(first.log() + again.log())) found.push(fault(`studio: ${(first.log() + again.log()).slice(-800)}`));
  } finally {
    await again.end();
  }
  rmSync(project, { recursive: true, force: true });
  return found;
}

/** Writes junk over what a studio can make anew, or do without. */
function damage({ rng }: Place, project: string): void {
  const below = (folder: string): string[] =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
      : [];
  const candidates = [...below(join(project, 'cache')), ...below(join(project, 'runs'))].filter((path) =>
    /(measures|proposal|record)\.json$|thumbnail\.png$/.test(path),
  );
  for (const path of candidates) if (rng.chance(0.5)) writeFileSync(path, '{"half');
}

export const OPERATIONS: Readonly<Record<string, (place: Place) => Promise<Finding[]>>> = {
  predict,
  inspect,
  'two trainings': twoTrainings,
  'a killed training': killedTraining,
  studio,
};
