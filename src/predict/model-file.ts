import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { NORMALISATIONS } from '../data/normalise.ts';
import { type ModelProto, ModelProtoSchema, StringStringEntryProtoSchema } from '../graph/index.ts';
import { isOrientation } from '../imaging/orientation.ts';
import type { Named } from '../nn/parameters.ts';
import type { UNetOptions } from '../nn/unet.ts';
import { deployedModel, IMAGE, PROBABILITIES } from './network-session.ts';

/**
 * The most that a model may claim. Masks hold a byte per voxel, so there are 256 classes; and who opens a stranger's model
 * must not have its memory filled by one number.
 */
const MOST = { size: 4096, channels: 1024, classes: 256, context: 16, name: 200, values: 2 ** 27 };

/** How scans become network inputs, as `makePreparation` gives it. */
export const preparationSchema = z.strictObject({
  size: z.int().min(1).max(MOST.size),
  crop: z.number().positive().max(1),
  normalise: z.enum(NORMALISATIONS),
  percentiles: z.tuple([z.number().min(0).max(100), z.number().min(0).max(100)]).readonly(),
  /** What becomes 0 and 1 where `normalise` is `window`. */
  window: z.tuple([z.number(), z.number()]).readonly().exactOptional(),
  /** Models trained before scans were brought to one orientation have none: they see scans as stored. */
  orientation: z.string().refine(isOrientation).exactOptional(),
  /** Absent in older models, which stretch slices and do not antialias. */
  fit: z.enum(['stretch', 'pad']).exactOptional(),
  antialias: z.boolean().exactOptional(),
  /** Absent in older models, and in those that see one slice at a time. */
  context: z.int().min(1).max(MOST.context).exactOptional(),
  tiles: z.strictObject({ scale: z.number().min(0.01).max(16), overlap: z.number().min(0).lt(1) }).exactOptional(),
});

const trainingSchema = z.looseObject({
  method: z.string(),
  preset: z.string(),
  seed: z.int(),
  /** Step and network the weights are of. */
  step: z.int(),
  network: z.enum(['student', 'teacher']),
  /** Mean Dice over validation cases and foreground classes; null without validation cases. */
  validationDice: z.number().nullable(),
});

const quantisationSchema = z.strictObject({
  /** Training images that ranges were taken from. */
  calibrationImages: z.int(),
  /** Mean Dice over validation cases and foreground classes, before and after; null without validation cases. */
  float32Dice: z.number().nullable(),
  int8Dice: z.number().nullable(),
});

const evaluationSchema = z.strictObject({
  /** `validation` or `test`. */
  part: z.string(),
  cases: z.int().min(1),
  patients: z.int().min(1),
  /** Mean Dice over cases and foreground classes, and its 95 % bootstrap interval over patients; null with one patient. */
  dice: z.number(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
});

const infoSchema = z.object({
  version: z.string(),
  /** Class names, background first. */
  classes: z.array(z.string().max(MOST.name)).min(2).max(MOST.classes),
  /** The value that stands in masks for each class, where that is not its place in the list; earlier models have none. */
  values: z.array(z.int().min(0).max(255)).optional(),
  /** Image channels. */
  channels: z.int().min(1).max(MOST.channels),
  preparation: preparationSchema,
  training: trainingSchema,
  /** Whether it is asked about the mirror images of every slice too. */
  flips: z.boolean().optional(),
  /** Classes of which only the largest connected part is kept in a scan. */
  largestParts: z
    .array(
      z
        .int()
        .min(1)
        .max(MOST.classes - 1),
    )
    .max(MOST.classes)
    .optional(),
  quantisation: quantisationSchema.optional(),
  /** Patients and images of each part of the training's data; earlier models have none. */
  counts: z.record(z.string(), z.strictObject({ patients: z.int().min(0), images: z.int().min(0) })).optional(),
  /** How good it was when it was made; earlier models have none. */
  evaluation: evaluationSchema.optional(),
  /** Terms of its use, as whoever exported it has said. */
  licence: z.string().max(1000).optional(),
});

/** What a model file says about itself: with the network, all that prediction needs. */
export type ModelInfo = z.infer<typeof infoSchema>;

/** Key of each part of {@link ModelInfo} in the ONNX metadata; the values are JSON. */
const PREFIX = 'patchcl.';

/** The network with its weights and {@link ModelInfo} as one ONNX file. */
export function writeModelFile(network: UNetOptions, weights: Named<Float32Array>, info: ModelInfo): Uint8Array {
  const about = { version: info.version, text: describeModel(info) };
  return deployedModel(network, info.preparation.size, weights, { metadata: modelMetadata(info), about });
}

/** What the model is, in a few sentences for people who open the file elsewhere. */
export function describeModel({ classes, channels, preparation, training, licence }: ModelInfo): string {
  const [, ...foreground] = classes;
  return [
    `Segments ${foreground.join(', ')} in images of ${channels} channel(s), ${preparation.size} x ${preparation.size} pixels.`,
    `Trained with patchcl by the method ${training.method}, seed ${training.seed}, ${training.step} steps.`,
    'How images are prepared for it stands in the metadata entries that begin with patchcl.',
    ...(licence === undefined ? [] : [`Licence: ${licence}.`]),
    NOT_FOR,
  ].join(' ');
}

/** What no model of this program may be used for. */
export const NOT_FOR = 'A research tool, not a medical device: not for diagnosis or treatment.';

/** {@link ModelInfo} as entries of an ONNX file. */
export function modelMetadata(info: ModelInfo): Record<string, string> {
  return Object.fromEntries(Object.entries(info).map(([key, value]) => [PREFIX + key, JSON.stringify(value)]));
}

/**
 * Reads what a model file says about itself, without ONNX Runtime, which does not show it.
 *
 * @param name for messages
 * @throws PatchclError `bad-file` when the file is no ONNX file, or none that patchcl has written
 */
export function readModelInfo(bytes: Uint8Array, name: string): ModelInfo {
  const model = parse(bytes, name);
  refuseInnerGraphs(model, name);
  const { metadataProps, graph } = model;
  const found = new Map(metadataProps.map(({ key, value }) => [key, value]));
  const entries = Object.keys(infoSchema.shape).map((key) => [key, json(found.get(PREFIX + key))] as const);
  if (entries.every(([, value]) => value === undefined)) {
    throw foreign(name, 'this ONNX file does not say how images are prepared for it, so it is not one of patchcl');
  }
  const parsed = infoSchema.safeParse(Object.fromEntries(entries));
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path.join('.') ?? '';
    throw foreign(name, `the model's metadata entry ${PREFIX}${key} is missing or damaged`, parsed.error);
  }
  const has = (values: readonly { readonly name: string }[] | undefined, wanted: string) =>
    values?.some((value) => value.name === wanted) ?? false;
  if (!has(graph?.input, IMAGE) || !has(graph?.output, PROBABILITIES)) {
    throw foreign(name, `the model has no input "${IMAGE}" or no output "${PROBABILITIES}"`);
  }
  const { classes, values, channels, preparation } = parsed.data;
  if (channels * (1 + 2 * (preparation.context ?? 0)) * preparation.size ** 2 > MOST.values) {
    throw foreign(
      name,
      `the model asks for images of ${preparation.size} x ${preparation.size} pixels with ${channels} channels`,
    );
  }
  if (values !== undefined && (values.length !== classes.length || new Set(values).size !== values.length)) {
    throw foreign(name, `the model's metadata entry ${PREFIX}values does not give each class a value of its own`);
  }
  return parsed.data;
}

/** The same model, stating its terms of use. @throws PatchclError as `readModelInfo` */
export function withLicence(bytes: Uint8Array, licence: string, name: string): Uint8Array {
  const info = { ...readModelInfo(bytes, name), licence };
  const model = parse(bytes, name);
  const others = model.metadataProps.filter(({ key }) => key !== `${PREFIX}licence`);
  const entry = create(StringStringEntryProtoSchema, { key: `${PREFIX}licence`, value: JSON.stringify(licence) });
  const changed = { ...model, docString: describeModel(info), metadataProps: [...others, entry] };
  return toBinary(ModelProtoSchema, changed);
}

/** Number of the field of a node's attribute that holds a graph, one or several; and of a model's functions. */
const GRAPH_FIELDS = [6, 11];
const FUNCTIONS_FIELD = 25;

/**
 * Models of patchcl are one graph. One with graphs inside (`If`, `Loop`, `Scan`) or functions may never end, and what is
 * done to the names of a model's tensors would not reach those within.
 *
 * @throws PatchclError `bad-file`
 */
export function refuseInnerGraphs(model: ModelProto, name: string): void {
  const node = model.graph?.node.find(({ attribute }) =>
    attribute.some(({ $unknown = [] }) => $unknown.some(({ no }) => GRAPH_FIELDS.includes(no))),
  );
  if (node !== undefined)
    throw foreign(name, `the model has an operator ${node.opType} with a graph of its own inside`);
  const hasFunctions = model.$unknown?.some(({ no }) => no === FUNCTIONS_FIELD) === true;
  if (hasFunctions) throw foreign(name, 'the model has functions of its own');
}

function parse(bytes: Uint8Array, name: string): ModelProto {
  let model: ModelProto | undefined;
  let cause: unknown;
  try {
    model = fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    cause = error;
  }
  if (model?.graph !== undefined && model.irVersion > 0n) return model;
  throw foreign(name, 'this is not a whole ONNX file', cause);
}

function json(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function foreign(name: string, problem: string, cause?: unknown): PatchclError {
  const hint = 'Take a model.onnx that patchcl train or patchcl export has written.';
  return new PatchclError('bad-file', problem, { subject: name, hint, cause });
}
