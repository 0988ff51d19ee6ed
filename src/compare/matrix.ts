import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { PERCENTAGE } from '../data/split.ts';
import { COMPARED_PARTS } from '../runs/run-folder.ts';
import { configSchema } from '../settings/config.ts';
import { parseSettings, settingError } from '../settings/settings-file.ts';

const LABELLED = "a number of patients, a share such as 5%, or 'all' was expected";
const labelledSetting = z.union([z.literal('all'), z.int().min(1), z.string().regex(PERCENTAGE, LABELLED)], LABELLED);
const overrides = z.record(z.string(), z.unknown());

/** What is crossed with each other. */
const crossed = {
  data: z.array(z.string().min(1), 'a list of folders was expected').min(1).describe('folders of data sets'),
  methods: z.array(z.string(), 'a list of methods was expected').min(1).describe('methods, or variants by their names'),
  labelled: z
    .array(labelledSetting, 'a list of such numbers was expected')
    .min(1)
    .describe("labelled patients: a number, a share such as 5%, or 'all'"),
  seeds: z.array(z.int().min(0), 'a list of whole numbers was expected').min(1),
};

/** A comparison as a person writes it down. */
export const matrixSchema = z.strictObject({
  name: z.string('a title was expected').describe('title of the report'),
  data: crossed.data,
  methods: crossed.methods,
  labelled: crossed.labelled.default(['all']),
  seeds: crossed.seeds.default([1]),
  also: z
    .array(
      z.strictObject({
        data: crossed.data.exactOptional(),
        methods: crossed.methods.exactOptional(),
        labelled: crossed.labelled.exactOptional(),
        seeds: crossed.seeds.exactOptional(),
      }),
    )
    .default([])
    .describe('further runs: what is left out is as it stands above'),
  budget: configSchema.shape.budget.describe('of every run'),
  settings: overrides.default({}).describe('of every run, over the preset'),
  variants: z
    .record(z.string().regex(/^[\w.-]+$/, 'a name of letters, digits, ".", "_" and "-" was expected'), overrides)
    .default({})
    .describe('settings under a name of their own, `method` among them'),
  baseline: z.string().optional().describe('what differences are measured against; default: the first method'),
  split: z.enum(COMPARED_PARTS).default('val').describe('cases that are measured'),
  targets: z.array(z.number().min(0).max(1)).default([]).describe('validation Dice whose time of arrival is told'),
});
export type Matrix = z.infer<typeof matrixSchema>;

/** Reads a matrix. @throws PatchclError `bad-config` naming the line, and the nearest known name of an unknown setting */
export function parseMatrix(text: string, path: string): Matrix {
  const { values, lineOf } = parseSettings(text, path);
  const result = matrixSchema.safeParse(values);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  if (issue.code === 'invalid_type' && lineOf(issue.path) === undefined) {
    throw new PatchclError('bad-config', issue.message, { subject: `${path} ${issue.path.join('.')}` });
  }
  throw settingError(issue, lineOf, path, namesAt);
}

function namesAt([section]: readonly PropertyKey[]): string[] {
  if (section === 'also') return Object.keys(crossed);
  return Object.keys(section === 'budget' ? configSchema.parse({}).budget : matrixSchema.shape);
}
