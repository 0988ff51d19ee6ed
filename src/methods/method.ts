import type { Shape, Tensor } from '../graph/index.ts';
import type { MethodSettings } from './settings.ts';
import type { StepGraph } from './step-graph.ts';
import type { StepGraphOptions } from './step-parts.ts';
import type { StepShape } from './step-shape.ts';

/** What a step minimises, written in graph tensors. */
export interface Objective {
  /** Weighted parts of the loss, scalars; the loss is their sum. Their names head the columns of the training log. */
  readonly terms: Readonly<Record<string, Tensor>>;
  /** Further scalars worth watching. */
  readonly observed?: Readonly<Record<string, Tensor>>;
  /** Next values of the method's own state, by its names in {@link Method.buffers}. */
  readonly buffers?: Readonly<Record<string, { readonly current: Tensor; readonly next: Tensor }>>;
}

/** A stretch of training with one objective. */
export interface Phase extends StepGraphOptions {
  readonly name: string;
  /** Where it starts, as a fraction of the planned training. */
  readonly start: number;
  objective(step: StepGraph): Objective;
}

/** Some of the settings, section by section. */
export type SomeSettings = { readonly [K in keyof MethodSettings]?: Partial<MethodSettings[K]> };

/** A way to train: its phases in order. Everything else (network, data, budget, optimiser, teacher) is the harness's. */
export interface Method {
  readonly name: string;
  readonly description: string;
  /** The paper it comes from. */
  readonly reference: string;
  /** Settings that the method has otherwise than the preset; a configuration goes over them. */
  readonly defaults?: SomeSettings;
  phases(settings: MethodSettings): readonly Phase[];
  /** Shapes of the state it keeps beside the networks, 0 at the start. */
  buffers?(settings: MethodSettings, shape: StepShape): Readonly<Record<string, Shape>>;
}
