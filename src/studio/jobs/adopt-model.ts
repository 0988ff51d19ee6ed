import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { PatchclError } from '../../core/errors.ts';
import { makePreparation } from '../../data/prepare.ts';
import {
  AttributeProto_AttributeType,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type ValueInfoProto,
} from '../../graph/onnx/onnx_pb.ts';
import { type ModelInfo, modelMetadata, readModelInfo } from '../../predict/model-file.ts';
import { IMAGE, PROBABILITIES } from '../../predict/network-session.ts';

/**
 * A model that the studio can use: one of patchcl as it is; another's gets what it lacks, when it takes square images
 * [N, C, S, S] and gives a number for every class and pixel, [N, K, S, S]. Its scans are then prepared as those of
 * patchcl, intensities from percentile to [0, 1], and its numbers are taken as logits unless its last operator is a softmax.
 *
 * @param classes of the project
 * @throws PatchclError `bad-file`, `bad-data` when it cannot be used
 */
export function adoptModel(
  bytes: Uint8Array,
  name: string,
  classes: readonly string[],
): { bytes: Uint8Array; info: ModelInfo } {
  const model = parsed(bytes, name);
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
  rename(graph, input, output);
  model.metadataProps.push(
    ...Object.entries(modelMetadata(info)).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  );
  return { bytes: toBinary(ModelProtoSchema, model), info };
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

/** Gives input and output the names that patchcl's models have, with a softmax where the model has none. */
function rename(graph: NonNullable<ModelProto['graph']>, input: ValueInfoProto, output: ValueInfoProto): void {
  const last = graph.node.find((node) => node.output.includes(output.name));
  const isSure = last?.opType === 'Softmax';
  const [image, values] = [input.name, output.name];
  const logits = isSure ? PROBABILITIES : `${PROBABILITIES}_logits`;
  const renamed = (name: string) => (name === image ? IMAGE : name === values ? logits : name);
  for (const node of graph.node) {
    node.input = node.input.map(renamed);
    node.output = node.output.map(renamed);
  }
  input.name = IMAGE;
  output.name = PROBABILITIES;
  if (isSure) return;
  const attribute = [{ name: 'axis', type: AttributeProto_AttributeType.INT, i: 1n }];
  graph.node.push(
    create(NodeProtoSchema, { opType: 'Softmax', input: [logits], output: [PROBABILITIES], attribute } as never),
  );
}

function checkClasses(count: number, classes: readonly string[], name: string): void {
  if (count === classes.length) return;
  throw unfit(name, `it tells ${count} classes apart, the project has ${classes.length}`);
}

function unfit(subject: string, problem: string): PatchclError {
  return new PatchclError('bad-data', `this model cannot be used here: ${problem}`, { subject });
}
