import { type InferenceConv, isInferenceConv } from '../ops/conv/inference.ts';
import { concatOp } from '../ops/rearrange.ts';
import { applies, apply, type Node, type Tensor, topologicalOrder } from '../tensor.ts';
import {
  dequantise,
  type Quantisation,
  quantisationOf,
  quantise,
  quantisedConcat,
  quantisedConv,
  quantiseWeight,
  type Range,
} from './integer-ops.ts';

/** Operators that only pick, move or average numbers: on bytes they do the same. */
const PASSIVE = ['maxPool2d', 'upsampleNearest', 'resizeBilinear', 'reshape', 'transpose'];

const isPassive = ({ op }: Node) => PASSIVE.includes(op.name);

/** What has to be known of a graph's numbers before it can be quantised. */
export interface QuantisationPlan {
  /** Values of the weights and biases of convolutions. */
  readonly constants: ReadonlyMap<Tensor, Float32Array>;
  /** Ranges of {@link observedTensors} in use. */
  readonly ranges: ReadonlyMap<Tensor, Range>;
}

/** The convolutions of a graph that can be quantised, inputs before outputs. */
export function inferenceConvs(output: Tensor): InferenceConv[] {
  return topologicalOrder([output.node]).filter(isInferenceConv);
}

/** Weights and biases of those convolutions. */
export function convConstants(output: Tensor): Tensor[] {
  return [...new Set(inferenceConvs(output).flatMap(({ inputs }) => inputs.slice(1)))];
}

/** The tensors whose ranges are needed: what convolutions take, behind operators that keep the range, and what they give. */
export function observedTensors(output: Tensor): Tensor[] {
  const observed = new Set<Tensor>();
  for (const { inputs, outputs } of inferenceConvs(output)) {
    for (const source of sources(inputs[0])) observed.add(source);
    observed.add(outputs[0]);
  }
  return [...observed];
}

/** Where the numbers of a tensor come from: behind passive operators, one source per part of a concatenation. */
function sources(x: Tensor): Tensor[] {
  const { node } = x;
  return applies(node, concatOp) || isPassive(node) ? node.inputs.flatMap(sources) : [x];
}

interface Bytes {
  readonly tensor: Tensor;
  readonly quantisation: Quantisation;
}

/** A value of the rewritten graph, as numbers, as bytes, or both. */
interface Forms {
  float?: Tensor;
  bytes?: Bytes;
}

/**
 * The graph with its convolutions in eight bits: bytes from one to the next where nothing else lies between, numbers
 * elsewhere. The left side of a leaky ReLU becomes 0: at a slope of 0.01 it is hardly more than one byte's step.
 *
 * @param output of a graph of inference operators
 */
export function quantiseGraph(output: Tensor, plan: QuantisationPlan): Tensor {
  const forms = new Map<Tensor, Forms>();
  const formsOf = (tensor: Tensor) => forms.get(tensor) as Forms;
  const float = (tensor: Tensor): Tensor => {
    const form = formsOf(tensor);
    if (form.float === undefined) {
      const { tensor: x, quantisation } = form.bytes as Bytes;
      form.float = dequantise(x, quantisation);
    }
    return form.float;
  };
  const bytes = (tensor: Tensor) => {
    const form = formsOf(tensor);
    if (form.bytes === undefined) {
      const quantisation = quantisationOf(rangeOf(tensor, plan));
      form.bytes = { tensor: quantise(float(tensor), quantisation), quantisation };
    }
    return form.bytes;
  };
  for (const node of topologicalOrder([output.node])) {
    const [first] = node.outputs as readonly [Tensor];
    if (isInferenceConv(node) && plan.ranges.has(first)) {
      forms.set(first, { bytes: convolve(node, bytes(node.inputs[0]), plan) });
    } else if (canStayBytes(node, formsOf)) {
      forms.set(first, { bytes: passOn(node, formsOf, plan) });
    } else {
      const outputs = node.inputs.length === 0 ? node.outputs : apply(node.op, node.inputs.map(float), node.attributes);
      outputs.forEach((tensor, i) => {
        forms.set(node.outputs[i] as Tensor, { float: tensor });
      });
    }
  }
  return float(output);
}

function rangeOf(tensor: Tensor, { ranges }: QuantisationPlan): Range {
  const parts = sources(tensor).map((source) => ranges.get(source) as Range);
  return { low: Math.min(...parts.map(({ low }) => low)), high: Math.max(...parts.map(({ high }) => high)) };
}

function canStayBytes(node: Node, formsOf: (tensor: Tensor) => Forms): boolean {
  const isBytes = node.inputs.length > 0 && node.inputs.every((input) => formsOf(input).bytes !== undefined);
  return isBytes && (applies(node, concatOp) || isPassive(node));
}

function passOn(node: Node, formsOf: (tensor: Tensor) => Forms, plan: QuantisationPlan): Bytes {
  const bytesOf = (tensor: Tensor) => formsOf(tensor).bytes as Bytes;
  if (!applies(node, concatOp)) {
    const [{ tensor, quantisation }] = node.inputs.map(bytesOf) as [Bytes];
    return { tensor: apply(node.op, [tensor], node.attributes)[0] as Tensor, quantisation };
  }
  const to = quantisationOf(rangeOf(node.outputs[0], plan));
  const from = node.inputs.map((input) => bytesOf(input).quantisation);
  const [first, ...others] = node.inputs;
  const tensors = [bytesOf(first).tensor, ...others.map((input) => bytesOf(input).tensor)] as const;
  return { tensor: quantisedConcat(tensors, { axis: node.attributes.axis, from, to }), quantisation: to };
}

function convolve(
  { inputs: [, weight, bias], outputs: [y], attributes }: InferenceConv,
  x: Bytes,
  { constants, ranges }: QuantisationPlan,
): Bytes {
  const { low, high } = ranges.get(y) as Range;
  const to = quantisationOf({ low: attributes.slope === 1 ? low : 0, high });
  const quantised = quantiseWeight(constants.get(weight) as Float32Array, weight.shape);
  const biases = bias === undefined ? undefined : (constants.get(bias) as Float32Array);
  const units = Int32Array.from(quantised.scales, (scale, o) =>
    Math.round((biases?.[o] ?? 0) / (scale * x.quantisation.scale)),
  );
  const options = { weight: quantised, bias: units, from: x.quantisation, to, attributes };
  return { tensor: quantisedConv(x.tensor, options), quantisation: to };
}
