import { PatchclError } from '../core/errors.ts';
import { stopGradient } from '../graph/elementwise.ts';
import { slice } from '../graph/layout.ts';
import { input } from '../graph/leaf.ts';
import { oneHot } from '../graph/select.ts';
import type { Shape, Tensor } from '../graph/tensor.ts';
import { ForwardContext } from '../nn/context.ts';
import { fill, namedSpecs, type ParameterSpec, parameterInputs } from '../nn/parameters.ts';
import { type ProjectionHeadParameters, projectionHeadSpec } from '../nn/projection-head.ts';
import { type UNetOptions, type UNetParameters, unet, unetSpec } from '../nn/unet.ts';
import type { MethodSettings } from './settings.ts';

/** Sizes that are fixed for a whole training. */
export interface StepShape {
  readonly network: UNetOptions;
  /** Side of the square training images, pixels. */
  readonly size: number;
  /** Labelled and unlabelled images per step. */
  readonly labelled: number;
  readonly unlabelled: number;
}

/** What a step wants fed beside its state; the batch maker knows how to make each kind. */
export type FeedRequest =
  | { readonly kind: 'student-images' } // labelled, then strongly augmented unlabelled: [N, C, S, S]
  | { readonly kind: 'labels' } // int32 [labelled, S, S]
  | { readonly kind: 'labelled-weak' } // the labelled images with weak augmentation only: [labelled, C, S, S]
  | { readonly kind: 'unlabelled-weak' } // [unlabelled, C, S, S]
  | { readonly kind: 'uniform' } // random numbers in [0, 1)
  | { readonly kind: 'dropout'; readonly rate: number } // 0 or 1 / (1 - rate)
  | { readonly kind: 'scheduled' }; // a scalar that changes over training

export type Feed = FeedRequest & { readonly name: string; readonly shape: Shape; readonly tensor: Tensor };

/** Scalars that a schedule sets for each step. */
export type ScheduledName = 'beta' | 'gamma' | 'lambda';

/** Tensors of one network: U-Net and, for contrastive methods, projection head. */
export interface Network {
  readonly unet: UNetParameters;
  readonly head: ProjectionHeadParameters;
  /** All parameters under dotted names. */
  readonly named: Readonly<Record<string, Tensor>>;
}

/** Parameters of a network, by dotted names. */
export function networkSpecs(network: UNetOptions, dimensions: number): Record<string, ParameterSpec> {
  return namedSpecs(networkTree(network, dimensions));
}

function networkTree(network: UNetOptions, dimensions: number) {
  return { unet: unetSpec(network), head: projectionHeadSpec(network.widths.at(-1) as number, dimensions) };
}

/**
 * The graph of one training step under construction: what a method's objective is written in. Inputs come into being when
 * an objective asks for them, so a step is fed only what it uses.
 */
export class StepGraph {
  readonly shape: StepShape;
  readonly settings: MethodSettings;
  readonly student: Network;
  readonly teacher: Network;
  /** Whether the student sees unlabelled images in this phase. */
  readonly usesUnlabelled: boolean;
  readonly studentContext = new ForwardContext({ training: true, name: 'student' });
  readonly #feeds = new Map<string, Feed>();
  #studentLogits: Tensor | undefined;
  #teacherLogits: Tensor | undefined;

  constructor(shape: StepShape, settings: MethodSettings, options: { usesUnlabelled: boolean }) {
    this.shape = shape;
    this.settings = settings;
    this.usesUnlabelled = options.usesUnlabelled;
    this.student = this.#network('student');
    this.teacher = this.#network('teacher');
  }

  get feeds(): readonly Feed[] {
    const masks = this.studentContext.masks.map(({ name, shape, rate, tensor }): Feed => {
      return { kind: 'dropout', rate, name, shape, tensor };
    });
    return [...this.#feeds.values(), ...masks];
  }

  /** Images per step that the student sees. */
  get batchSize(): number {
    return this.shape.labelled + (this.usesUnlabelled ? this.shape.unlabelled : 0);
  }

  /** Logits of the student's labelled images, [labelled, K, S, S]. */
  labelledLogits(): Tensor {
    return slice(this.#allStudentLogits(), { axis: 0, start: 0, end: this.shape.labelled });
  }

  /** Logits of the student's strongly augmented unlabelled images, [unlabelled, K, S, S]. */
  unlabelledLogits(): Tensor {
    if (!this.usesUnlabelled)
      throw new PatchclError('bad-config', 'this phase of the method feeds no unlabelled images');
    return slice(this.#allStudentLogits(), { axis: 0, start: this.shape.labelled, end: this.batchSize });
  }

  /** One-hot labels, [labelled, K, S, S]. */
  labels(): Tensor {
    const { labelled, size, network } = this.shape;
    const indices = this.#feed({ kind: 'labels' }, 'labels', [labelled, size, size], 'int32');
    return oneHot(indices, network.classes, 1);
  }

  labelledWeakImages(): Tensor {
    return this.#feed({ kind: 'labelled-weak' }, 'labelledWeak', this.#images(this.shape.labelled));
  }

  unlabelledWeakImages(): Tensor {
    return this.#feed({ kind: 'unlabelled-weak' }, 'unlabelledWeak', this.#images(this.shape.unlabelled));
  }

  /** The teacher's logits of the weakly augmented unlabelled images, without gradient: [unlabelled, K, S, S]. */
  teacherLogits(): Tensor {
    this.#teacherLogits ??= this.logitsOf('teacher', this.unlabelledWeakImages());
    return this.#teacherLogits;
  }

  /** Logits of a network for any images, without gradient and without dropout. */
  logitsOf(network: 'student' | 'teacher', images: Tensor): Tensor {
    const context = new ForwardContext({ training: true, dropout: false });
    return stopGradient(unet(this[network].unet, images, this.shape.network, context));
  }

  /** A scalar set by the schedule. */
  scheduled(name: ScheduledName): Tensor {
    return this.#feed({ kind: 'scheduled' }, name, []);
  }

  /** Random numbers in [0, 1), fresh for every step. */
  uniform(name: string, shape: Shape): Tensor {
    return this.#feed({ kind: 'uniform' }, name, shape);
  }

  #allStudentLogits(): Tensor {
    if (this.#studentLogits === undefined) {
      const images = this.#feed({ kind: 'student-images' }, 'images', this.#images(this.batchSize));
      this.#studentLogits = unet(this.student.unet, images, this.shape.network, this.studentContext);
    }
    return this.#studentLogits;
  }

  #images(count: number): Shape {
    return [count, this.shape.network.channels, this.shape.size, this.shape.size];
  }

  #feed(request: FeedRequest, name: string, shape: Shape, dtype: 'float32' | 'int32' = 'float32'): Tensor {
    const known = this.#feeds.get(name);
    if (known !== undefined) return known.tensor;
    const tensor = input(name, shape, dtype);
    this.#feeds.set(name, { ...request, name, shape, tensor });
    return tensor;
  }

  #network(owner: 'student' | 'teacher'): Network {
    const tree = networkTree(this.shape.network, this.settings.contrast.dimensions);
    const named = parameterInputs(namedSpecs(tree), owner);
    return { ...(fill(tree, named) as Omit<Network, 'named'>), named };
  }
}
