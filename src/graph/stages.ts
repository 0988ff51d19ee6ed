import { input } from './leaf.ts';
import { type AllReduce, isAllReduce } from './ops/all-reduce.ts';
import { reshape } from './ops/broadcast.ts';
import { div } from './ops/elementwise.ts';
import { concat, split } from './ops/rearrange.ts';
import { sizeOf } from './shape.ts';
import { substitute } from './substitute.ts';
import { type Node, type Tensor, topologicalOrder } from './tensor.ts';

/** A part of a graph that runs without hearing from other ranks. */
export interface Stage {
  /** The message, and values that later stages take as inputs of these names. */
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The output [n] that is added up over all ranks before later stages take it. */
  readonly message: string;
}

/** A graph that ranks run together, one stage after the other. */
export interface StagedGraph {
  readonly before: readonly Stage[];
  /** The last stage, which gives the outputs of the graph. */
  readonly last: Pick<Stage, 'outputs'>;
}

/**
 * Cuts a graph where its ranks have to hear from each other. Sums that do not wait for one another travel as one message, so
 * there is one stage more than there are sums in the longest chain of them. A value is computed in the first stage that needs
 * it and carried to the others, or made anew there where that takes a pass over what is carried anyway. A rank alone has nothing
 * to hear, and the graph stays whole.
 *
 * @param outputs outputs of the graph by name
 * @param count number of ranks
 */
export function cutIntoStages(outputs: Readonly<Record<string, Tensor>>, count: number): StagedGraph {
  if (count === 1) return { before: [], last: { outputs } };
  const results = Object.values(outputs);
  const order = topologicalOrder(results.map(({ node }) => node));
  const messages = sumsByLevel(order);
  const { madeIn, carried } = placeValues(order, results, messages);
  // Values that a stage takes as inputs: sums that have been made, and what earlier stages left for it.
  const known = new Map<Tensor, Tensor>(messages.flatMap((sums, i) => received(sums, messageName(i), count)));
  const before = messages.map((sums, i): Stage => {
    const leaving = carried.filter(({ node }) => madeIn.get(node) === i);
    const [sent = [], left = []] = [sums.map(summand), leaving].map((tensors) => substitute(tensors, known));
    const named = leaving.map((tensor, at) => [carriedName(carried, tensor), left[at] as Tensor] as const);
    for (const tensor of leaving) known.set(tensor, input(carriedName(carried, tensor), tensor.shape, tensor.dtype));
    const flat = sent.map((tensor) => reshape(tensor, [sizeOf(tensor.shape)]));
    return { outputs: { ...Object.fromEntries(named), [messageName(i)]: concat(flat, 0) }, message: messageName(i) };
  });
  const last = substitute(results, known);
  return {
    before,
    last: { outputs: Object.fromEntries(Object.keys(outputs).map((name, i) => [name, last[i] as Tensor])) },
  };
}

const messageName = (stage: number) => `message:${stage}`;
const carriedName = (carried: readonly Tensor[], tensor: Tensor) => `carried:${carried.indexOf(tensor)}`;
const summand = ({ inputs: [x] }: AllReduce) => x;

/** The sums over ranks of a graph, by how many others each waits for. */
function sumsByLevel(order: readonly Node[]): AllReduce[][] {
  const levels = new Map<Node, number>();
  const sums: AllReduce[][] = [];
  for (const node of order) {
    const waits = node.inputs.map((from) => (levels.get(from.node) as number) + (isAllReduce(from.node) ? 1 : 0));
    const level = Math.max(0, ...waits);
    levels.set(node, level);
    if (isAllReduce(node)) sums[level] = [...(sums[level] ?? []), node];
  }
  return sums;
}

/** In which stage each value is made, the first that needs it, and which values later stages read too. */
function placeValues(order: readonly Node[], results: readonly Tensor[], messages: readonly (readonly Node[])[]) {
  const madeIn = new Map<Node, number>();
  const carried = new Set<Tensor>();
  const sentIn = new Map(messages.flatMap((sums, i) => sums.map((sum) => [sum, i] as const)));
  const isComputed = ({ node }: Tensor) => node.inputs.length > 0 && !isAllReduce(node);
  const reads: { readonly tensor: Tensor; readonly stage: number }[] = [];
  const read = (tensor: Tensor, stage: number) => {
    if (!isComputed(tensor)) return;
    madeIn.set(tensor.node, Math.min(stage, madeIn.get(tensor.node) ?? stage));
    reads.push({ tensor, stage });
  };
  for (const tensor of results) read(tensor, messages.length);
  // Readers before what they read, so that a node's stage is settled when its own inputs are looked at.
  for (const node of order.toReversed()) {
    for (const tensor of node.inputs) read(tensor, (sentIn.get(node) ?? madeIn.get(node)) as number);
  }
  for (const { tensor, stage } of reads) if (stage > (madeIn.get(tensor.node) as number)) carried.add(tensor);
  return { madeIn, carried: withoutLight(order, carried, isComputed) };
}

/** What is new to be carried for a value made anew must be so many times smaller than the value. */
const WORTH = 2;

/** Light operators that are applied anew one after the other. */
const MOST_PASSES = 3;

/**
 * What has to be carried where light operators are applied anew to their inputs. Carried values are copied out of the engine
 * and back, and are garbage after each step.
 */
function withoutLight(
  order: readonly Node[],
  carried: ReadonlySet<Tensor>,
  isComputed: (tensor: Tensor) => boolean,
): Tensor[] {
  const kept = new Set(carried);
  const anew = new Set<Tensor>();
  const isAtHand = (tensor: Tensor) => !isComputed(tensor) || kept.has(tensor) || anew.has(tensor);
  const size = (tensors: readonly Tensor[]) => tensors.reduce((total, { shape }) => total + sizeOf(shape), 0);
  /** What has to be carried beside what is, so that a node can be applied anew. */
  const missing = ({ inputs }: Node, passes: number): Tensor[] => {
    const each = inputs.map((tensor) => {
      if (isAtHand(tensor)) return [];
      if (!tensor.node.op.light || passes === 0) return [tensor];
      const below = missing(tensor.node, passes - 1);
      return size(below) < size([tensor]) ? below : [tensor];
    });
    return [...new Set(each.flat())];
  };
  for (const node of order) {
    const made = node.outputs.filter((tensor) => kept.has(tensor));
    if (!node.op.light || made.length === 0) continue;
    const more = missing(node, MOST_PASSES - 1);
    if (WORTH * size(more) > size(made)) continue;
    for (const tensor of made) {
      kept.delete(tensor);
      anew.add(tensor);
    }
    for (const tensor of more) kept.add(tensor);
  }
  return [...kept];
}

/** A message's sums, as parts of the input that brings it. */
function received(sums: readonly AllReduce[], message: string, count: number): (readonly [Tensor, Tensor])[] {
  const sizes = sums.map((sum) => sizeOf(summand(sum).shape));
  const total = sizes.reduce((all, size) => all + size, 0);
  const parts = split(input(message, [total]), sizes, 0);
  return sums.map(({ outputs: [result], attributes: { kind } }, i) => {
    const values = reshape(parts[i] as Tensor, result.shape);
    return [result, kind === 'sum' ? values : div(values, count)] as const;
  });
}
