import type { Files } from '../../core/files.ts';
import { IDENTIFYING, type IdentityFacts, type IdentityKind, readIdentityFacts } from '../../formats/index.ts';
import { mapConcurrently } from '../concurrency.ts';
import { dicomCandidates } from '../layouts/dicom-files.ts';
import { pathBelow } from '../layouts/path-below.ts';

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
}

/** Looks at the headers of all DICOM files of a folder. @returns undefined where there is none */
export async function identityReport(files: Files, root: string): Promise<IdentityReport | undefined> {
  const paths = await dicomCandidates(files, root);
  const facts = await mapConcurrently(paths, 8, (path) =>
    readIdentityFacts((length) => files.readStart(path, length), path).catch(() => undefined),
  );
  const found = facts.flatMap((fact, i) =>
    fact === undefined ? [] : [{ fact, path: pathBelow(root, paths[i] as string) }],
  );
  if (found.length === 0) return undefined;
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
  if (lines.length === 0) return [];
  const said = removed === 0 ? '' : `; ${removed} say that identities were removed`;
  return [`what tells who somebody is, in so many of ${files} DICOM files (values are not shown)${said}`, ...lines];
}
