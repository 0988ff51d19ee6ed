import { type ModelInfo, NOT_FOR } from '../../predict/model-file.ts';
import { planLines } from '../plan-lines.ts';

/** What `inspect model.onnx` prints: what the model is for, what it was made of, how good it is, and what it is not for. */
export function modelCard(path: string, info: ModelInfo): string {
  const { classes, values, channels, preparation, training, version } = info;
  const named = classes.map((name, i) => `${values?.[i] ?? i} ${name}`);
  return [
    `${path}: a segmentation model of patchcl ${version}`,
    `classes:      ${named.join(', ')}`,
    `images:       ${channels} channel(s), ${preparation.size} x ${preparation.size} pixels`,
    ...preparationLines(info),
    `training:     ${training.method}, preset ${training.preset}, seed ${training.seed}; weights of the ${training.network} after ${training.step} steps`,
    ...dataLines(info),
    `quality:      ${qualityOf(info)}`,
    ...(info.quantisation === undefined ? [] : [`precision:    eight bits, ${costOf(info.quantisation)}`]),
    `licence:      ${info.licence ?? 'not stated'}`,
    `not for:      ${NOT_FOR}`,
  ].join('\n');
}

/** How scans are prepared, without the lines about the network, whose size stands above. */
function preparationLines({ preparation, classes, largestParts = [], flips }: ModelInfo): string[] {
  const cleaned = largestParts.map((klass) => classes[klass] ?? String(klass));
  const lines = planLines({ preparation, widths: [], reasons: {}, cleaned }).filter(
    (line) => !/^(network|image size):/.test(line),
  );
  return [...lines, ...(flips ? ['mirrors:      averaged over the mirror images of each slice'] : [])];
}

function dataLines({ counts }: ModelInfo): string[] {
  if (counts === undefined) return [];
  const parts = Object.entries(counts).map(
    ([name, { patients, images }]) => `${name} ${patients} patients (${images} images)`,
  );
  return [`data:         ${parts.join(', ')}`];
}

function qualityOf({ evaluation, training: { validationDice } }: ModelInfo): string {
  if (evaluation !== undefined) {
    const { dice, interval, cases, patients, part } = evaluation;
    const range = interval === null ? '' : ` [${interval.map((value) => value.toFixed(3)).join(', ')}]`;
    return `mean Dice ${dice.toFixed(3)}${range} on ${cases} ${part} cases of ${patients} patients`;
  }
  if (validationDice !== null) return `validation Dice ${validationDice.toFixed(3)}`;
  return 'not known: there were no validation cases';
}

function costOf({ float32Dice, int8Dice }: NonNullable<ModelInfo['quantisation']>): string {
  if (float32Dice === null || int8Dice === null) return 'what that costs is not known';
  return `which costs ${(float32Dice - int8Dice).toFixed(4)} Dice`;
}
