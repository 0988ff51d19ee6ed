import { randomUUID } from 'node:crypto';
import { PatchclError } from '../../core/errors.ts';
import { readingOf } from '../../data/classes.ts';
import { inspectCase } from '../../data/inspect/inspect-case.ts';
import { inspectFile } from '../../data/inspect/inspect-file.ts';
import type { Found } from '../../data/layouts/found.ts';
import { findDataset } from '../../data/layouts/open.ts';
import { DataNotes } from '../../data/notes.ts';
import { PREDICTION, type UidRole, uidOfUuid } from '../../formats/index.ts';
import { type Alive, answerParent } from '../../node/child-side.ts';
import { derivedUid } from '../../node/derived-uid.ts';
import { runtimeFor } from '../../node/device.ts';
import { nodeFiles } from '../../node/node-files.ts';
import { patchclVersion } from '../../node/versions.ts';
import { scanOf } from '../../predict/scans/scan-recipe.ts';
import type { Segmenter } from '../../predict/segmenter.ts';
import { evaluateRun } from '../../runs/evaluate-run.ts';
import { loadSegmenter } from '../../runs/load-segmenter.ts';
import { predictScan } from '../predict/predict-scan.ts';
import type { Evaluated, Opening, Question, ReadNotes } from './protocol.ts';

const files = nodeFiles();
let segmenter: Segmenter | undefined;
let found: Found | undefined;

/** @returns what a person should know of it */
async function open(opening: Opening): Promise<readonly string[]> {
  const notes: string[] = [];
  if (opening.type === 'model') {
    const runtime = await runtimeFor(opening, (sentence) => notes.push(sentence));
    segmenter = await loadSegmenter(files, runtime, opening.model, opening);
  }
  if (opening.type === 'data') {
    const { path, patients } = opening;
    found = await findDataset(files, path, patients === undefined ? {} : { patients });
  }
  return notes;
}

async function answer(question: Question, alive: Alive): Promise<unknown> {
  if (question.type === 'file') return inspectFile(files, question.path);
  if (question.type === 'case') {
    const item = found?.dataset.cases[question.index];
    if (item === undefined) throw new PatchclError('bad-data', 'files have changed while they were read');
    return inspectCase(item, readingOf(found?.dataset.ignoreLabel));
  }
  if (question.type === 'evaluate') return evaluate(question, alive);
  if (segmenter === undefined) throw new Error('no model is open');
  const { seed } = question;
  const uid = (role: UidRole) => (seed === undefined ? uidOfUuid(randomUUID()) : derivedUid(seed, role));
  const stamp = { uid, now: () => new Date(), version: patchclVersion(), description: PREDICTION };
  const scan = scanOf(files, question.scan, stamp);
  const read: { frames?: number; notes?: readonly string[] } = {};
  const watched = {
    ...scan,
    read: async (channels: number) => {
      const loaded = await scan.read(channels);
      if (loaded.volume.frames !== undefined) read.frames = loaded.volume.frames;
      if (loaded.volume.notes !== undefined) read.notes = loaded.volume.notes;
      alive();
      return loaded;
    },
  };
  await predictScan(files, segmenter, watched, question.targets, alive);
  return read satisfies ReadNotes;
}

async function evaluate({ device, options }: Question & { type: 'evaluate' }, alive: Alive): Promise<Evaluated> {
  const notes = new DataNotes();
  const runtime = await runtimeFor(device, (sentence) => notes.addLine(sentence));
  const watched = { ...options, notes, onCase: alive, onSlice: alive };
  const evaluation = await evaluateRun(files, runtime, watched);
  return { evaluation, notes: notes.lines() };
}

let isOpen = false;
answerParent(async (message, alive) => {
  if (isOpen) return answer(message as Question, alive);
  const notes = await open(message as Opening);
  isOpen = true;
  return notes;
});
