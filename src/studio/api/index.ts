export { type AnswerOf, addressOf, type RequestOf, type StudioClient } from './client.ts';
export { eventSchema, failureSchema, type StudioEvent } from './events.ts';
export { httpStudio } from './http-studio.ts';
export {
  isLabel,
  type Measures,
  PROVENANCES,
  type Project,
  type Provenance,
  SLICE_STATES,
  type SliceState,
  type StudioCase,
} from './project.ts';
export type { PatchViewData, Proposal, Ranking } from './review.ts';
export { ROUTES, type Route, type RouteName } from './routes.ts';
export {
  type LabelCounts,
  RUN_STATES,
  type Run,
  type RunDetail,
  type RunState,
  type Runs,
  type TrainingProgress,
  type TrainingRequest,
} from './training.ts';
