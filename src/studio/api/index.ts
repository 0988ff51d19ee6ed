export { type AnswerOf, addressOf, type RequestOf, type StudioClient } from './client.ts';
export { eventSchema, failureSchema, type StudioEvent } from './events.ts';
export { httpStudio } from './http-studio.ts';
export {
  type EditedCase,
  isLabel,
  isPersonal,
  type Measures,
  type PaletteRequest,
  PROVENANCES,
  type Project,
  type Provenance,
  SLICE_STATES,
  type SliceState,
  type StudioCase,
  type StudioClass,
  type StudioMaskFormat,
} from './project.ts';
export type { PatchViewData, Proposal, Ranking } from './review.ts';
export { ROUTES, type Route, type RouteName } from './routes.ts';
export {
  type LabelCounts,
  type ProposingModel,
  RUN_STATES,
  type Run,
  type RunDetail,
  type RunState,
  type Runs,
  type TrainingPlan,
  type TrainingProgress,
  type TrainingRequest,
} from './training.ts';
