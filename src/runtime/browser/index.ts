export type { NamedValues, Runtime, Session, StepModel, StepSession, Values } from '../runtime.ts';
export { startSteps } from '../stateful.ts';
export { type BrowserRuntimeOptions, browserRuntime, hasWebGpu } from './runtime.ts';
