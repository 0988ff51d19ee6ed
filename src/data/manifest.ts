import { z } from 'zod';
import { PatchclError } from '../core/errors.ts';
import { indexedCase } from './class-indices.ts';
import { type ClassScheme, schemeOf, storedScheme } from './classes.ts';
import { type Case, type Dataset, LAYOUTS, type Split } from './dataset.ts';
import { groupByPatient, withoutLabel } from './patients.ts';

const partSchema = z.array(z.strictObject({ patient: z.string(), cases: z.array(z.string()).min(1) }));

const manifestSchema = z.strictObject({
  version: z.literal(1),
  layout: z.enum(LAYOUTS),
  /** Class names, background first. */
  classes: z.array(z.string()).min(2),
  /** The value that stands in masks for each class, where that is not its place in the list. */
  values: z.array(z.int().min(0).max(255)).exactOptional(),
  /** The value of voxels that nobody has annotated. */
  ignore: z.int().min(0).max(255).exactOptional(),
  parts: z.strictObject({ labelled: partSchema, unlabelled: partSchema, val: partSchema, test: partSchema }),
});

/** Who was in which part of a run: plain data, kept in the run folder, so that evaluation uses exactly the training split. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Writes a split down, with the classes that the run uses. */
export function toManifest(dataset: Dataset, split: Split, scheme: ClassScheme): Manifest {
  const part = (cases: readonly Case[]) =>
    [...groupByPatient(cases)].map(([patient, group]) => ({ patient, cases: group.map((item) => item.id) }));
  return {
    version: 1,
    layout: dataset.layout,
    ...storedScheme(scheme),
    parts: {
      labelled: part(split.labelled),
      unlabelled: part(split.unlabelled),
      val: part(split.val),
      test: part(split.test),
    },
  };
}

/**
 * Reads a manifest's JSON text.
 *
 * @param path for messages
 * @throws PatchclError `bad-file` naming the first field that is not as expected.
 */
export function parseManifest(text: string, path: string): Manifest {
  const hint = 'Take the manifest that training wrote, unchanged.';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new PatchclError('bad-file', 'this is not JSON, a split manifest was expected', {
      subject: path,
      hint,
      cause,
    });
  }
  const result = manifestSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? 'the whole' : `"${issue.path.join('.')}"`;
  throw new PatchclError('bad-file', `this is not a split manifest of version 1, ${field}: ${issue?.message ?? ''}`, {
    subject: path,
    hint,
    cause: result.error,
  });
}

/**
 * The split a manifest describes, over the data set as it is now, masks as class indices; cases the manifest does not name are left
 * out.
 *
 * @throws PatchclError `bad-data` when named cases, or masks they had, are gone.
 */
export function fromManifest(dataset: Dataset, manifest: Manifest): Split {
  const scheme = schemeOf(manifest);
  const byId = new Map(dataset.cases.map((item) => [item.id, indexedCase(item, scheme)]));
  const { labelled, unlabelled, val, test } = manifest.parts;
  const ids = [labelled, unlabelled, val, test].flat().flatMap((entry) => entry.cases);
  complain(
    dataset,
    ids.filter((id) => !byId.has(id)),
    'not in this data set',
  );
  const pick = (part: Manifest['parts']['val']) =>
    part.flatMap((entry) => entry.cases.map((id) => ({ ...(byId.get(id) as Case), patient: entry.patient })));
  const annotated = (part: Manifest['parts']['val']) => {
    const cases = pick(part);
    const bare = cases.filter((item) => item.label === undefined);
    complain(
      dataset,
      bare.map((item) => item.id),
      'without a mask here',
    );
    return cases;
  };
  return {
    labelled: annotated(labelled),
    unlabelled: pick(unlabelled).map(withoutLabel),
    val: annotated(val),
    test: annotated(test),
  };
}

function complain(dataset: Dataset, ids: readonly string[], what: string): void {
  if (ids.length === 0) return;
  const named = ids.length > 3 ? `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more` : ids.join(', ');
  throw new PatchclError('bad-data', `cases of the split manifest are ${what}: ${named}`, {
    subject: dataset.root,
    hint: 'Point to the data the run was trained on.',
  });
}
