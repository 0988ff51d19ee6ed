import { z } from 'zod';
import { idSchema } from './project.ts';

/**
 * What a model proposes for a case. Its doubt is the average patch entropy of its prediction, -p log p - (1 - p) log (1 - p),
 * for each voxel of the foreground that it expects there.
 */
export const proposalSchema = z.object({
  case: idSchema,
  run: idSchema,
  /** Step of the weights; a run that goes on training proposes anew after each validation. */
  step: z.int(),
  classes: z.array(z.string()),
  doubt: z.number(),
  slices: z.array(z.object({ doubt: z.number(), /** Voxels that are not background. */ foreground: z.int() })),
});
/** What a model proposes for a case. */
export type Proposal = z.infer<typeof proposalSchema>;

export const rankedSchema = z.object({
  case: idSchema,
  /** Null while there is no model. */
  doubt: z.number().nullable(),
  /** Why it stands here, a sentence for a person. */
  reason: z.string(),
  /** The slices worth a label most, best first. */
  slices: z.array(z.object({ slice: z.int(), doubt: z.number().nullable(), reason: z.string() })),
});

/** What to label next, best first; cases without a label on any slice, and with slices left. */
export const rankingSchema = z.object({
  /** Whose doubt it is; absent while there is no model. */
  run: idSchema.optional(),
  step: z.int().optional(),
  /** Cases that the model has looked at, of how many: they come one by one after each training. */
  looked: z.int(),
  of: z.int(),
  items: z.array(rankedSchema),
});
/** What to label next, most worth it first. */
export type Ranking = z.infer<typeof rankingSchema>;

/**
 * What the contrastive loss saw in a batch, with a run's best weights. Patches are numbered through the batch:
 * image * perSide² + row * perSide + column; patch (row, column) begins at pixel (row * stride, column * stride).
 */
export const patchViewSchema = z.object({
  run: idSchema,
  classes: z.array(z.string()),
  /** Side of the images, pixels. */
  size: z.int(),
  /** Side of a patch, pixels, distance between patches, and patches per side. */
  patch: z.int(),
  stride: z.int(),
  perSide: z.int(),
  /** PNG in base64. */
  images: z.array(z.object({ labelled: z.boolean(), png: z.string() })),
  /** Average patch entropy per class and patch; null where the patch is no candidate of the class. */
  entropy: z.array(z.array(z.number().nullable())),
  /** Patch numbers per class. */
  anchors: z.array(z.array(z.int())),
  positives: z.array(z.array(z.int())),
  negatives: z.array(z.array(z.int())),
  /** Embeddings of the keys in the buffers of all classes, on their two principal axes. */
  embedding: z.array(z.object({ class: z.int(), x: z.number(), y: z.number() })),
  /** Share of the embeddings' variance that lies on the two axes, in [0, 1]. */
  explained: z.number(),
});
/** What the contrast saw in a batch. */
export type PatchViewData = z.infer<typeof patchViewSchema>;
