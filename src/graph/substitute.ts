import { apply, type Node, type Tensor } from './tensor.ts';

/**
 * The same computation on other values: tensors that lead to `roots` without passing a replaced one are applied anew.
 *
 * @param replacements what stands for which tensor; replacements are taken as they are
 * @returns one tensor per root
 */
export function substitute(roots: readonly Tensor[], replacements: ReadonlyMap<Tensor, Tensor>): Tensor[] {
  const made = new Map<Node, readonly Tensor[]>();
  const resolved = (tensor: Tensor) => replacements.get(tensor) ?? made.get(tensor.node)?.[tensor.output];
  const stack = roots.map(({ node }, i) => ({ tensor: roots[i] as Tensor, node }));
  while (stack.length > 0) {
    const { tensor, node } = stack.at(-1) as (typeof stack)[number];
    const missing = resolved(tensor) === undefined ? node.inputs.filter((input) => resolved(input) === undefined) : [];
    if (missing.length > 0) {
      stack.push(...missing.map((input) => ({ tensor: input, node: input.node })));
      continue;
    }
    stack.pop();
    if (resolved(tensor) !== undefined) continue;
    const inputs = node.inputs.map((input) => resolved(input) as Tensor);
    const isSame = inputs.every((input, i) => input === node.inputs[i]);
    made.set(node, isSame ? node.outputs : apply(node.op, inputs, node.attributes));
  }
  return roots.map((root) => resolved(root) as Tensor);
}
