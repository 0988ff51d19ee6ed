import { PatchclError } from '../core/errors.ts';
import {
  concat,
  greater,
  input,
  oneHot,
  type Shape,
  slice,
  stopGradient,
  sum,
  type Tensor,
  where,
} from '../graph/index.ts';
import { ForwardContext, withoutDropout } from '../nn/context.ts';
import { type Filled, fill, namedSpecs, parameterInputs } from '../nn/parameters.ts';
import { decode, decodeLevels, segment, type UNetParameters, unet } from '../nn/unet.ts';
import type { Feed, FeedRequest, ScheduledName, View } from './feeds.ts';
import { exchanged, halves, type Pairs, repeated } from './mixing.ts';
import { type Network, networkInputs, type OwnParameters } from './network.ts';
import type { MethodSettings } from './settings.ts';
import type { BatchLogits, Pasted, StepGraphOptions } from './step-parts.ts';
import type { StepShape } from './step-shape.ts';

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
  readonly #unlabelledView: View;
  readonly #feeds = new Map<string, Feed>();
  readonly #own = new Map<string, OwnParameters>();
  readonly #contexts = [this.studentContext];
  #studentLevels: readonly Tensor[] | undefined;
  #studentLogits: BatchLogits | undefined;
  #teacherFeatures: Tensor | undefined;
  #teacherLogits: Tensor | undefined;

  constructor(shape: StepShape, settings: MethodSettings, options: StepGraphOptions) {
    this.shape = shape;
    this.settings = settings;
    this.usesUnlabelled = options.usesUnlabelled;
    this.#unlabelledView = options.unlabelledView ?? 'strong';
    this.student = networkInputs('student', shape.network, settings.contrast);
    this.teacher = networkInputs('teacher', shape.network, settings.contrast);
  }

  get feeds(): readonly Feed[] {
    const masks = this.#contexts.flatMap((context) =>
      context.masks.map((mask): Feed => ({ kind: 'dropout', ...mask })),
    );
    return [...this.#feeds.values(), ...masks];
  }

  /** What `parameters` was asked for, by owner. */
  get ownParameters(): ReadonlyMap<string, OwnParameters> {
    return this.#own;
  }

  /** Images per step that the student sees. */
  get batchSize(): number {
    return this.shape.labelled + (this.usesUnlabelled ? this.shape.unlabelled : 0);
  }

  /**
   * Parameters that are trained beside the student's, from their own random start and without a moving average: a second
   * network, a head.
   *
   * @param owner a name that no other parameters have
   * @example
   * const peer = step.parameters('peer', unetSpec(step.shape.network));
   */
  parameters<S extends object>(owner: string, tree: S): Filled<S, Tensor> {
    const specs = namedSpecs(tree);
    const { named } = this.#own.get(owner) ?? { named: parameterInputs(specs, owner) };
    this.#own.set(owner, { specs, named });
    return fill(tree, named);
  }

  /** Logits of the student's labelled images, [labelled, K, S, S]. */
  labelledLogits(): Tensor {
    return this.#logitsOfStudent().labelled;
  }

  /**
   * Logits of the student's unlabelled images, strongly augmented unless the phase says otherwise, [unlabelled, K, S, S].
   * Within the boxes of `pasted` they are of a labelled image.
   */
  unlabelledLogits(): Tensor {
    const { unlabelled } = this.#logitsOfStudent();
    if (unlabelled !== undefined) return unlabelled;
    throw new PatchclError('bad-config', 'this phase of the method feeds no unlabelled images');
  }

  /**
   * Logits of any trained U-Net for the images that the student sees, in one pass, with gradient. Where images have exchanged
   * boxes (`mixing`), every pixel's logits are back in its own image.
   */
  batchLogits(network: UNetParameters, context: ForwardContext): BatchLogits {
    return this.#logitsFrom(network, this.#decoded(network, context)[0] as Tensor, context);
  }

  /**
   * What the student's head sees, [batchSize, widths[0], H, W], labelled images first; with gradient.
   *
   * @param options.knowsPasted whether the caller takes the labels of pasted boxes for what they are
   * @throws PatchclError `bad-config` where images exchange boxes: features of both sides of a border cannot be told apart
   */
  studentFeatures({ knowsPasted = false } = {}): Tensor {
    if (this.#exchanges().length > 0) this.#refuseMixing('Set mixing.labelled and mixing.unlabelled to 0.');
    if (!knowsPasted) this.refusePasting();
    return this.#levels()[0] as Tensor;
  }

  /** The labelled images at every level of the student's decoder, fine to coarse, with gradient; as `decodeLevels`. */
  labelledLevels(): readonly Tensor[] {
    return this.#levels().map((x) => slice(x, { axis: 0, start: 0, end: this.shape.labelled }));
  }

  /** What `mixing.paste` puts into the unlabelled images; nothing where it is 0 or the student sees none. */
  pasted(): Pasted | undefined {
    const { mixing } = this.settings;
    if (mixing.paste === 0 || !this.usesUnlabelled) return undefined;
    const { unlabelled } = this.shape;
    const annotated = this.annotated();
    return {
      boxes: this.#boxes('boxes.pasted', unlabelled, mixing.paste),
      labels: repeated(this.labels(), unlabelled),
      ...(annotated && { annotated: repeated(annotated, unlabelled) }),
    };
  }

  /**
   * For a loss that has no use for labels within unlabelled images.
   *
   * @throws PatchclError `bad-config` where `mixing.paste` puts some there
   */
  refusePasting(): void {
    if (this.pasted() !== undefined) this.#refuseMixing('Set mixing.paste to 0.');
  }

  #refuseMixing(hint: string): never {
    throw new PatchclError('bad-config', 'this method cannot mix images', { subject: 'mixing', hint });
  }

  /** Has the dropout masks of a pass fed. */
  context(context: ForwardContext): ForwardContext {
    if (!this.#contexts.includes(context)) this.#contexts.push(context);
    return context;
  }

  /** What the student sees: labelled, then unlabelled images, boxes exchanged: [batchSize, C, S, S]. */
  studentImages(): Tensor {
    const request = { kind: 'student-images', unlabelled: this.#unlabelledView } as const;
    return this.exchange(this.#withPasted(this.#feed(request, 'images', this.#images(this.batchSize))));
  }

  /** Anything of the student's batch, [batchSize, ...], with the boxes exchanged that its images exchange. */
  exchange(x: Tensor): Tensor {
    return this.#exchanges().reduce((mixed, { pairs, boxes }) => exchanged(mixed, boxes, pairs), x);
  }

  /** 1 for pixels of labelled images that are annotated, else 0, [labelled, 1, S, S]; undefined where all are. */
  annotated(): Tensor | undefined {
    if (this.shape.ignores !== true) return undefined;
    return sum(this.labels(), { axes: [1], keepDims: true });
  }

  /** One-hot labels, [labelled, K, S, S]; 0 in all classes where a pixel is not annotated. */
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
    const { teacher, shape } = this;
    this.#teacherLogits ??= stopGradient(
      segment(teacher.unet, this.teacherFeatures(), shape.network, withoutDropout()),
    );
    return this.#teacherLogits;
  }

  /** What the teacher's head sees of the weakly augmented unlabelled images, without gradient: [unlabelled, widths[0], H, W]. */
  teacherFeatures(): Tensor {
    const images = this.unlabelledWeakImages();
    this.#teacherFeatures ??= stopGradient(decode(this.teacher.unet, images, this.shape.network, withoutDropout()));
    return this.#teacherFeatures;
  }

  /** Logits of a network for any images, without gradient and without dropout. */
  logitsOf(network: 'student' | 'teacher', images: Tensor): Tensor {
    return stopGradient(unet(this[network].unet, images, this.shape.network, withoutDropout()));
  }

  /** A scalar set by the schedule. */
  scheduled(name: ScheduledName): Tensor {
    return this.#feed({ kind: 'scheduled' }, name, []);
  }

  /** Random numbers of mean 0 and standard deviation 1, fresh for every step. */
  normal(name: string, shape: Shape): Tensor {
    return this.#feed({ kind: 'normal' }, name, shape);
  }

  /** Random numbers in [0, 1), fresh for every step. */
  uniform(name: string, shape: Shape): Tensor {
    return this.#feed({ kind: 'uniform' }, name, shape);
  }

  #logitsOfStudent(): BatchLogits {
    const [finest] = this.#levels();
    this.#studentLogits ??= this.#logitsFrom(this.student.unet, finest as Tensor, this.studentContext);
    return this.#studentLogits;
  }

  #levels(): readonly Tensor[] {
    this.#studentLevels ??= this.#decoded(this.student.unet, this.studentContext);
    return this.#studentLevels;
  }

  #decoded(network: UNetParameters, context: ForwardContext): readonly Tensor[] {
    return decodeLevels(network, this.studentImages(), this.shape.network, this.context(context));
  }

  #logitsFrom(network: UNetParameters, decoded: Tensor, context: ForwardContext): BatchLogits {
    const mixed = segment(network, decoded, this.shape.network, context);
    const home = this.#exchanges().reduceRight((x, { pairs, boxes }) => exchanged(x, boxes, pairs), mixed);
    const { labelled } = this.shape;
    const part = (start: number, end: number) => slice(home, { axis: 0, start, end });
    return { labelled: part(0, labelled), ...(this.usesUnlabelled && { unlabelled: part(labelled, this.batchSize) }) };
  }

  #withPasted(images: Tensor): Tensor {
    const pasted = this.pasted();
    if (pasted === undefined) return images;
    const { labelled, unlabelled } = this.shape;
    const part = (start: number, end: number) => slice(images, { axis: 0, start, end });
    const seen = part(labelled, this.batchSize);
    const mixed = where(greater(pasted.boxes, 0.5), repeated(part(0, labelled), unlabelled), seen);
    return concat([part(0, labelled), mixed], 0);
  }

  /** Which images of the student's batch exchange boxes, in the order in which they do. */
  #exchanges(): { pairs: Pairs; boxes: Tensor }[] {
    const { mixing } = this.settings;
    const { labelled, unlabelled } = this.shape;
    const withLabels = this.usesUnlabelled
      ? { first: 0, second: labelled, count: Math.min(labelled, unlabelled) }
      : halves(0, labelled);
    const wanted = [
      {
        name: 'boxes.unlabelled',
        share: this.usesUnlabelled ? mixing.unlabelled : 0,
        pairs: halves(labelled, unlabelled),
      },
      { name: 'boxes.labelled', share: mixing.labelled, pairs: withLabels },
    ];
    return wanted
      .filter(({ share, pairs }) => share > 0 && pairs.count > 0)
      .map(({ name, share, pairs }) => ({ pairs, boxes: this.#boxes(name, pairs.count, share) }));
  }

  /** Random boxes, one in so many images: [count, 1, S, S] */
  #boxes(name: string, count: number, probability: number): Tensor {
    const { area, aspect } = this.settings.mixing;
    const { size } = this.shape;
    return this.#feed({ kind: 'boxes', options: { probability, area, aspect } }, name, [count, 1, size, size]);
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
}
