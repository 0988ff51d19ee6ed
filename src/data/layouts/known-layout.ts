import { PatchclError } from '../../core/errors.ts';
import type { Files } from '../../core/files.ts';
import { append } from '../../core/lists.ts';
import type { Case } from '../dataset.ts';
import { readDatasetJson } from './dataset-json/read.ts';
import { fileCase } from './file-case.ts';
import type { Found } from './found.ts';
import { type KnownMask, type KnownScan, matchPaths } from './known-paths.ts';
import { partsOf } from './parts.ts';
import type { KnownLayout } from './table.ts';
import type { FolderTree } from './tree.ts';

/**
 * Reads a data set that one row of the table describes.
 *
 * @returns undefined when no scan has what the row says belongs to it
 * @throws PatchclError `bad-file` for a broken `dataset.json`
 */
export async function openKnown(files: Files, tree: FolderTree, layout: KnownLayout): Promise<Found | undefined> {
  const { scans, problems } = matchPaths(tree, layout);
  if (!scans.some(({ masks, paths }) => masks.length > 0 || paths.length > 1)) return undefined;
  const stated = await readDatasetJson(files, tree.root);
  const classes = stated.classes ?? (layout.several === 'classes' ? classesOf(scans) : layout.classes);
  const made = scans.map((scan) => {
    const { masks, unknown } = withClasses(scan, classes ?? []);
    append(problems, unknown);
    const labelClasses = masks.flatMap(({ value }) => value ?? []);
    return fileCase(
      files,
      {
        id: scan.id,
        patient: layout.patient?.exec(scan.key)?.[1] ?? scan.id,
        imagePaths: scan.paths,
        labelPaths: masks.map(({ path }) => path),
        ...(labelClasses.length > 0 ? { labelClasses } : {}),
      },
      stated.colours,
    );
  });
  const { cases, parts } = partsOf(made.map((item, i) => ({ item, part: scans[i]?.part })));
  return {
    dataset: {
      layout: layout.name,
      root: tree.root,
      ...stated,
      ...(classes === undefined ? {} : { classes }),
      ...channelsOf(scans, stated.channels),
      cases,
      ...(layout.patient === undefined ? {} : { patients: ruleOf(layout, cases) }),
      ...(parts === undefined ? {} : { parts }),
    },
    problems,
  };
}

function ruleOf({ title }: KnownLayout, [first]: readonly Case[]) {
  return { rule: `names state the patient as ${title} has it, such as ${first?.patient}` };
}

function channelsOf(scans: readonly KnownScan[], stated: readonly string[] | undefined) {
  const channels = stated ?? scans[0]?.channels;
  return channels === undefined || channels.length === 0 ? {} : { channels };
}

/** Classes of masks with one class each, in the order of the alphabet. */
function classesOf(scans: readonly KnownScan[]): string[] {
  const names = new Set(scans.flatMap(({ masks }) => masks.flatMap(({ class: name }) => name ?? [])));
  return ['background', ...[...names].sort()];
}

interface ValuedMask {
  readonly path: string;
  readonly value?: number;
}

/** Label values of masks with one class each; what is no class is a problem. */
function withClasses({ masks }: KnownScan, classes: readonly string[]) {
  const unknown: PatchclError[] = [];
  const valued = masks.flatMap(({ path, class: name }: KnownMask): ValuedMask[] => {
    if (name === undefined) return [{ path }];
    const value = classes.indexOf(name);
    if (value > 0 && value < 256) return [{ path, value }];
    const hint = 'State all classes under "labels", at most 255, or remove dataset.json.';
    unknown.push(new PatchclError('bad-data', `"${name}" is no class of this data set`, { subject: path, hint }));
    return [];
  });
  return { masks: valued, unknown };
}
