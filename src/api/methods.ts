/**
 * What a training method is written with: a list of phases, each with what it minimises in graph tensors.
 *
 * @example
 * import { afterLabels, type Method, mean, mul, softmax, square, sub, supervisedLoss } from 'patchcl/methods';
 *
 * export const squaredTeacher: Method = {
 *   name: 'squared-teacher',
 *   description: 'Mean Teacher with squared differences',
 *   reference: 'Tarvainen & Valpola, NeurIPS 2017',
 *   phases: ({ consistency: { start } }) =>
 *     afterLabels({
 *       name: 'consistency',
 *       start,
 *       usesUnlabelled: true,
 *       objective: (step) => {
 *         const loss = mean(square(sub(softmax(step.unlabelledLogits(), 1), softmax(step.teacherLogits(), 1))));
 *         return { terms: { supervised: supervisedLoss(step), consistency: mul(loss, step.scheduled('beta')) } };
 *       },
 *     }),
 * };
 *
 * @module
 */
export { instanceNormLeakyRelu } from '../graph/index.ts';
export * from '../methods/index.ts';
export { ForwardContext } from '../nn/context.ts';
export * from '../nn/losses.ts';
export type { Filled, ParameterSpec } from '../nn/parameters.ts';
export { plgcl } from '../nn/plgcl.ts';
export { type UNetOptions, unet, unetSpec } from '../nn/unet.ts';
export * from './operators.ts';
