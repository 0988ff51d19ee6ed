import type { Files } from '../../core/files.ts';
import {
  HEADER_START,
  headerTexts,
  IDENTIFYING,
  type IdentityFacts,
  type IdentityKind,
  readIdentityFacts,
} from '../../formats/index.ts';
import { mapConcurrently } from '../concurrency.ts';
import { dicomCandidates } from '../layouts/dicom-files.ts';
import { pathBelow } from '../layouts/path-below.ts';
import { listTree } from '../layouts/tree.ts';

/** What in a folder may tell who somebody is: counts and names of attributes, no values. */
export interface IdentityReport {
  /** DICOM files. */
  readonly files: number;
  /** Files that have a value for an attribute of the basic profile of PS3.15, by the attribute's name. */
  readonly attributes: Readonly<Record<string, number>>;
  /** Files with private attributes. */
  readonly withPrivate: number;
  /** Files whose pictures may show a name, by the reason. */
  readonly burntIn: Readonly<Record<string, number>>;
  /** Files that say that identities were removed. */
  readonly removed: number;
  /** Files whose paths hold name or number of their patient. */
  readonly namedPaths: number;
  /** Files whose headers are damaged, so that nobody knows. */
  readonly unreadable: number;
  /** NIfTI and NRRD files. */
  readonly volumes: number;
  /** Of these, those whose header has a free text, by the field's name. */
  readonly texts: Readonly<Record<string, number>>;
}

/** Looks at the headers of all DICOM, NIfTI and NRRD files of a folder. @returns undefined where there is none */
export async function identityReport(files: Files, root: string): Promise<IdentityReport | undefined> {
  const paths = await dicomCandidates(files, root);
  const facts = await mapConcurrently(paths, 8, (path) =>
    readIdentityFacts((length) => files.readStart(path, length), path).catch(() => 'damaged' as const),
  );
  const { files: tree } = await listTree(files, root);
  const volumes = tree.map(({ path }) => path).filter((path) => /\.(nii|nii\.gz|nrrd|nhdr)$/i.test(path));
  const texts = await mapConcurrently(volumes, 8, async (path) => {
    try {
      return headerTexts(await files.readStart(path, HEADER_START), path);
    } catch {
      // Inspection names files that cannot be read.
      return [];
    }
  });
  const found = facts.flatMap((fact, i) =>
    fact === undefined || fact === 'damaged' ? [] : [{ fact, path: pathBelow(root, paths[i] as string) }],
  );
  const unreadable = facts.filter((fact) => fact === 'damaged').length;
  if (found.length + unreadable + volumes.length === 0) return undefined;
  const attributes = tally(found.flatMap(({ fact }) => fact.attributes));
  return {
    files: found.length,
    attributes: Object.fromEntries(
      IDENTIFYING.flatMap(([, name]) => (attributes[name] === undefined ? [] : [[name, attributes[name]]])),
    ),
    withPrivate: found.reduce((count, { fact }) => count + (fact.hasPrivate ? 1 : 0), 0),
    burntIn: tally(found.flatMap(({ fact }) => fact.burntIn ?? [])),
    removed: found.reduce((count, { fact }) => count + (fact.isRemoved ? 1 : 0), 0),
    namedPaths: found.reduce((count, { fact, path }) => count + (names(path, fact) ? 1 : 0), 0),
    unreadable,
    volumes: volumes.length,
    texts: tally(texts.flat()),
  };
}

/** Whether a path holds a word of the patient's name or number as a word of its own. */
function names(path: string, { words }: IdentityFacts): boolean {
  const parts = new Set(path.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const plain = path.toLowerCase();
  return words.some((word) => parts.has(word) || (/[^\p{L}\p{N}]/u.test(word) && plain.includes(word)));
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const TITLES: Readonly<Record<IdentityKind, string>> = {
  person: 'of patients',
  staff: 'of others and of places',
  date: 'dates',
  text: 'texts that people typed',
};

/** The report in a few lines; none where nothing tells who somebody is. */
export function identityLines({
  files,
  attributes,
  withPrivate,
  burntIn,
  removed,
  namedPaths,
  unreadable,
  volumes,
  texts,
}: IdentityReport): string[] {
  const kinds = Object.keys(TITLES) as IdentityKind[];
  const lines = kinds.flatMap((kind) => {
    const present = IDENTIFYING.flatMap(([, name, of]) =>
      of === kind && attributes[name] ? [`${name} ${attributes[name]}`] : [],
    );
    return present.length === 0 ? [] : [`  ${TITLES[kind]}: ${present.join(', ')}`];
  });
  if (withPrivate > 0) lines.push(`  private attributes, which may hold anything: ${withPrivate}`);
  for (const [why, count] of Object.entries(burntIn))
    lines.push(`  the picture itself may show a name, ${why}: ${count}`);
  if (namedPaths > 0) lines.push(`  the path holds the name or number of its patient: ${namedPaths}`);
  if (unreadable > 0) lines.push(`  headers that cannot be read, so nobody knows: ${unreadable}`);
  const said = removed === 0 ? '' : `; ${removed} say that identities were removed`;
  const title = `what tells who somebody is, in so many of ${files + unreadable} DICOM files (values are not shown)${said}`;
  const fields = Object.entries(texts).map(([field, count]) => `${field} ${count}`);
  const free = `free texts in headers, which may hold a name, in so many of ${volumes} NIfTI and NRRD files (not shown)`;
  return [
    ...(lines.length === 0 ? [] : [title, ...lines]),
    ...(fields.length === 0 ? [] : [free, `  ${fields.join(', ')}`]),
  ];
}
