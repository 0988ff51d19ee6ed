import { isLabel } from './api/index.ts';
import type { StudioHost } from './host.ts';
import type { Worker } from './jobs/worker.ts';
import type { LabelStore } from './labels/label-store.ts';
import { describeCase, type ProjectCase } from './project-case.ts';
import { Proposals } from './proposals.ts';
import { type ModelWeights, ProposingModel } from './proposing-model.ts';
import type { StudioProject } from './studio-project.ts';
import { diceOfCase, meanOf } from './training/held-out-score.ts';
import { Training } from './training/training.ts';

/** What trains and what proposes: a run that is complete may propose from then on. */
export interface Models {
  readonly training: Training;
  readonly proposing: ProposingModel;
  readonly proposals: Proposals;
}

export async function openModels(
  project: StudioProject,
  labels: LabelStore,
  worker: Worker,
  host: StudioHost,
): Promise<Models> {
  const { start, ended, log } = host;
  const emit: StudioHost['emit'] = (event) => host.emit(event);
  let others: Omit<Models, 'training'> | undefined;
  const training = await Training.open(project, {
    emit,
    start,
    ...(ended && { ended }),
    log: (text) => {
      log(text);
      emit({ type: 'note', level: 'problem', text });
    },
    onBest: (run, step) => void others?.proposals.watch(run, step),
    onModel: (run) => void others?.proposing.onComplete(run),
    finish: async (run, data) => {
      await worker.run('finish', { folder: run, data }, { subject: run });
    },
  });
  const proposing: ProposingModel = new ProposingModel(project, training.runs, {
    emit,
    log,
    compare: (before, after, heldOut) => compare(proposals, labels, { before, after, heldOut }),
    onChange: (isNew) => void proposals.lookThrough(isNew),
  });
  const proposals: Proposals = new Proposals(project, worker, training.runs, proposing, { emit, log });
  others = { proposing, proposals };
  return { training, ...others };
}

/** Dice of two models on the same labelled slices. */
async function compare(
  proposals: Proposals,
  labels: LabelStore,
  { before, after, heldOut }: { before: ModelWeights; after: ModelWeights; heldOut: readonly ProjectCase[] },
) {
  const pairs: [number, number][] = [];
  for (const entry of heldOut) {
    const slices = judgingSlices(entry);
    const [one, other] = [
      await diceOn(proposals, labels, entry, before, slices),
      await diceOn(proposals, labels, entry, after, slices),
    ];
    if (one !== undefined && other !== undefined) pairs.push([one, other]);
  }
  if (pairs.length === 0) return undefined;
  return { scans: pairs.length, before: meanOf(pairs.map(([a]) => a)), after: meanOf(pairs.map(([, b]) => b)) };
}

async function diceOn(
  proposals: Proposals,
  labels: LabelStore,
  entry: ProjectCase,
  model: ModelWeights,
  slices: readonly number[],
): Promise<number | undefined> {
  const pixels = await labels.size(entry, { first: 0, count: 1 });
  const proposed = await proposals.slices(entry.item.id, model, slices, pixels);
  const labelled = new Uint8Array(proposed.length);
  for (const [i, first] of slices.entries()) labelled.set(await labels.read(entry, { first, count: 1 }), i * pixels);
  return diceOfCase(proposed, labelled);
}

/** Slices whose label is not what a model proposed. */
function judgingSlices(entry: ProjectCase): number[] {
  const { slices } = describeCase(entry);
  return slices.flatMap((state, z) => (isLabel(state) && state !== 'accepted' ? [z] : []));
}
