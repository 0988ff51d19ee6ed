import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { PatchclError } from '../../core/errors.ts';
import { Rng } from '../../core/rng.ts';
import { makePreparation } from '../../data/preparation.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  sizeOf,
  type ValueInfoProto,
} from '../../graph/index.ts';
import { type ModelInfo, modelMetadata, readModelInfo, refuseInnerGraphs } from '../../predict/model-file.ts';
import { IMAGE, PROBABILITIES } from '../../predict/network-session.ts';
import { floats, type Runtime } from '../../runtime/runtime.ts';

/**
 * A model that the studio can use: one of patchcl as it is; another's gets what it lacks, when it takes square images
 * [N, C, S, S] and gives a number for every class and pixel, [N, K, S, S]. Its scans are then prepared as those of
 * patchcl, intensities from percentile to [0, 1], and gets a softmax unless its numbers are probabilities.
 *
 * @param classes of the project
 * @throws PatchclError `bad-file`, `bad-data` when it cannot be used
 */
export async function adoptModel(
  runtime: Runtime,
  bytes: Uint8Array,
  name: string,
  classes: readonly string[],
): Promise<{ bytes: Uint8Array; info: ModelInfo }> {
  const model = parsed(bytes, name);
  refuseInnerGraphs(model, name);
  if (model.metadataProps.some(({ key }) => key.startsWith('patchcl.'))) {
    const info = readModelInfo(bytes, name);
    checkClasses(info.classes.length, classes, name);
    return { bytes, info };
  }
  const graph = model.graph as NonNullable<ModelProto['graph']>;
  const stored = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = graph.input.filter((value) => !stored.has(value.name));
  const [input, output] = [inputs[0], graph.output[0]];
  if (input === undefined || output === undefined || inputs.length > 1 || graph.output.length > 1) {
    throw unfit(name, `it has ${inputs.length} inputs and ${graph.output.length} outputs, one of each was expected`);
  }
  const axes = input.type?.tensorType?.shape?.dim.length;
  if (axes === 5) {
    throw unfit(name, 'it takes whole volumes, [N, channels, depth, height, width]; one of slices was expected');
  }
  const [channels, height, width] = sides(input);
  const [outputs, ...outSides] = sides(output);
  if (channels === undefined || height === undefined || height !== width) {
    throw unfit(name, 'its input was expected to be [N, channels, side, side] with known numbers');
  }
  if (outputs === undefined || outSides[0] !== height || outSides[1] !== height) {
    throw unfit(name, `its output was expected to be [N, classes, ${height}, ${height}]`);
  }
  checkClasses(outputs, classes, name);
  const info: ModelInfo = {
    version: 'foreign',
    classes: [...classes],
    channels,
    preparation: makePreparation('folders', { size: height }),
    training: { method: 'foreign', preset: name, seed: 0, step: 0, network: 'student', validationDice: null },
  };
  const plain = described(parsed(bytes, name), info, false);
  const isSure = await givesProbabilities(runtime, plain, [1, channels, height, height]);
  return { bytes: isSure ? plain : described(parsed(bytes, name), info, true), info };
}

/** Whether a model's numbers are probabilities, judged by an image of noise. */
async function givesProbabilities(runtime: Runtime, model: Uint8Array, shape: readonly number[]): Promise<boolean> {
  const session = await runtime.load(model);
  try {
    const rng = new Rng('adopt-model');
    const noise = Float32Array.from({ length: sizeOf(shape) }, () => rng.float());
    const values = (await session.run({ [IMAGE]: floats(noise, shape) }))[PROBABILITIES]?.data as Float32Array;
    const pixels = (shape[2] as number) * (shape[3] as number);
    for (let i = 0; i < pixels; i++) {
      let sum = 0;
      for (let at = i; at < values.length; at += pixels) {
        if (!((values[at] as number) >= 0)) return false;
        sum += values[at] as number;
      }
      if (Math.abs(sum - 1) > 1e-3) return false;
    }
    return true;
  } finally {
    await session.dispose();
  }
}

function parsed(bytes: Uint8Array, name: string): ModelProto {
  try {
    const model = fromBinary(ModelProtoSchema, bytes);
    if (model.graph !== undefined && model.irVersion > 0n) return model;
  } catch (cause) {
    throw new PatchclError('bad-file', 'this is not an ONNX file', { subject: name, cause });
  }
  throw new PatchclError('bad-file', 'this is not an ONNX file', { subject: name });
}

/** Sides of a tensor but for the first, undefined where the file leaves them open. */
function sides({ type }: ValueInfoProto): (number | undefined)[] {
  const dims = type?.tensorType?.shape?.dim ?? [];
  if (dims.length !== 4) return [];
  return dims.slice(1).map(({ dimValue }) => (Number(dimValue) > 0 ? Number(dimValue) : undefined));
}

/** The model with the names and entries that patchcl's models have, with a softmax at its end where asked for. */
function described(model: ModelProto, info: ModelInfo, softmax: boolean): Uint8Array {
  const graph = model.graph as NonNullable<ModelProto['graph']>;
  const stored = new Set(graph.initializer.map((tensor) => tensor.name));
  const input = graph.input.find((value) => !stored.has(value.name)) as ValueInfoProto;
  const output = graph.output[0] as ValueInfoProto;
  const [image, values] = [input.name, output.name];
  const last = softmax ? `${PROBABILITIES}_logits` : PROBABILITIES;
  const renamed = (name: string) => (name === image ? IMAGE : name === values ? last : name);
  for (const node of graph.node) {
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
  }
  input.name = IMAGE;
  output.name = PROBABILITIES;
  if (softmax) {
    const axis = create(AttributeProtoSchema, { name: 'axis', type: AttributeProto_AttributeType.INT, i: 1n });
    const node = { opType: 'Softmax', input: [last], output: [PROBABILITIES], attribute: [axis] };
    graph.node.push(create(NodeProtoSchema, node));
  }
  for (const [key, value] of Object.entries(modelMetadata(info))) {
    model.metadataProps.push(create(StringStringEntryProtoSchema, { key, value }));
  }
  return toBinary(ModelProtoSchema, model);
}

function checkClasses(count: number, classes: readonly string[], name: string): void {
  if (count === classes.length) return;
  throw unfit(name, `it tells ${count} classes apart, the project has ${classes.length}`);
}

/** A model that cannot be used in a project. */
export function unfit(subject: string, problem: string): PatchclError {
  return new PatchclError('bad-data', `this model cannot be used here: ${problem}`, { subject });
}
