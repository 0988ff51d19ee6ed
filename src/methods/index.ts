export type { Feed, ScheduledName } from './feeds.ts';
export {
  afterLabels,
  type Consistency,
  consistencyLoss,
  leadingPhases,
  withUnlabelled,
} from './mean-teacher.ts';
export type { Method, Objective, Phase, SomeSettings } from './method.ts';
export { networkSpecs, type OwnParameters } from './network.ts';
export { checkOwnMethod, isMethod } from './own-method.ts';
export { FILLED, KEYS, sampledPatches } from './patchcl/contrast.ts';
export { type PatchGrid, patchGrid } from './patchcl/geometry.ts';
export { METHODS, methodNamed } from './registry.ts';
export { type MethodSettings, methodSettings, type NetworkSettings, networkSettings } from './settings.ts';
export { StepGraph } from './step-graph.ts';
export type { StepShape } from './step-shape.ts';
export { labelledLoss, labelsOnly, supervisedLoss } from './supervised.ts';
