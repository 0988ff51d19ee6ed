import type { Files } from '../core/files.ts';
import { Rng } from '../core/rng.ts';
import { spread } from '../core/spread.ts';
import { makeBatch } from '../data/batch.ts';
import type { Case, Split } from '../data/dataset.ts';
import { prepareCases } from '../data/prepare.ts';
import { summarise } from '../metrics/summary.ts';
import { evaluateCases } from '../predict/evaluate.ts';
import { type ModelInfo, modelMetadata, writeModelFile } from '../predict/model-file.ts';
import { quantisedModel } from '../predict/quantised-model.ts';
import { Segmenter } from '../predict/segmenter.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { networkOf, type RunFacts } from './facts.ts';
import { openRun } from './open-run.ts';
import { modelInfo } from './run-model.ts';

/** Training cases that are read for calibration, and images of them that are used. */
const CALIBRATION = { cases: 48, images: 64 };

export interface Int8Model {
  readonly model: Uint8Array;
  readonly quantisation: NonNullable<ModelInfo['quantisation']>;
}

/**
 * The model of a run with eight-bit convolutions: ranges from training images of the run's split (their masks play no part),
 * and what it costs in Dice on the validation cases, beside the float32 model in the same program.
 *
 * @param data folder of the data set
 * @param note called with what is being done
 * @throws PatchclError when the folder is no run, or the data are not those of the run
 */
export async function int8ModelOfRun(
  { run, data }: { readonly run: string; readonly data: string },
  { files, runtime }: { readonly files: Files; readonly runtime: Runtime },
  note: (text: string) => void,
): Promise<Int8Model> {
  const opened = openRun(files, run);
  const [config, facts, best] = [await opened.config(), await opened.facts(), await opened.best()];
  const { split } = await opened.splitOf(data);
  note('finding the ranges of the network on training images');
  const images = await calibrationImages(split, facts);
  const [network, info] = [networkOf(config, facts), modelInfo(config, facts, best)];
  const write = await quantisedModel(runtime, network, facts.preparation.size, best.weights, images);
  note('comparing with the float32 model on the validation cases');
  const dice = (model: Uint8Array) => meanDice(runtime, model, split.val, facts.classes);
  const quantisation = {
    calibrationImages: images.length,
    float32Dice: await dice(writeModelFile(network, best.weights, info)),
    int8Dice: await dice(write(modelMetadata(info))),
  };
  return { model: write(modelMetadata({ ...info, quantisation })), quantisation };
}

async function calibrationImages(split: Split, { preparation, classes, channels }: RunFacts): Promise<Float32Array[]> {
  const cases = spread([...split.labelled, ...split.unlabelled], CALIBRATION.cases);
  const slices = spread(
    await prepareCases(cases, preparation, { classes: classes.length, channels }),
    CALIBRATION.images,
  );
  const rng = new Rng(1, 'calibration');
  return slices.map((slice, i) => makeBatch([slice], [0], { size: preparation.size }, rng.fork('image', i)).images);
}

/** Null without cases. */
async function meanDice(runtime: Runtime, model: Uint8Array, cases: readonly Case[], classes: readonly string[]) {
  const segmenter = await Segmenter.load(runtime, model, 'the model');
  try {
    return summarise(await evaluateCases(segmenter, cases), classes).mean.dice;
  } finally {
    await segmenter.dispose();
  }
}
