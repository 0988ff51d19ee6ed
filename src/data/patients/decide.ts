import { largestOf } from '../../core/lists.ts';
import type { PatientDecision } from '../dataset.ts';
import { folderRole } from '../layouts/roles.ts';
import { groupNames } from './names.ts';
import { isBare, isPersonName, sortsBy, statedPatient } from './words.ts';

/** Where a scan lies, as far as that may say whose it is. */
export interface ScanPlace {
  /** Unique in the data set. */
  readonly id: string;
  /** Names of the folders below that of the data set, outermost first. */
  readonly folders: readonly string[];
  /** Without extension and number of a channel. */
  readonly name: string;
  /** Whether its file is a whole volume rather than a picture, of which one person may have hundreds. */
  readonly isVolume: boolean;
}

export interface DecidedPatients {
  /** Of each scan, in the order they were given. */
  readonly patients: readonly string[];
  readonly decision: PatientDecision;
}

/** Folders that hold more volumes than this are not those of one person. */
const MOST_VOLUMES = 12;

/**
 * Tells whose scans are by the names of all files and folders together: the same numbers in each of several folders are slices of as
 * many persons, the same numbers once are persons. Where both are possible, scans count as one person's rather than as two's: a person
 * in two parts of a split makes results look better than they are, two persons taken for one do not.
 */
export function decidePatients(scans: readonly ScanPlace[]): DecidedPatients {
  const places = scans.map(({ folders, name, ...scan }) => {
    const own = folders.filter((folder) => !isRoleFolder(folder)).map((folder) => folder.normalize('NFC'));
    return { ...scan, folders: own, name: name.normalize('NFC') };
  });
  const stated = places.map(({ name, folders }) => statedPatient(name) ?? folders.map(statedPatient).find(Boolean));
  const open = places.flatMap((place, i) => (stated[i] === undefined ? [{ place, i }] : []));
  const rest = decideUnstated(open.map(({ place }) => place));
  const patients = stated.map((name) => name ?? '');
  for (const [k, { i }] of open.entries()) patients[i] = rest.patients[k] as string;
  const first = places[stated.findIndex((name) => name !== undefined)];
  const known = `names state the patient, as ${stated.find((name) => name !== undefined)} in ${first && pathOf(first)}`;
  const decision =
    open.length === scans.length ? rest.decision : open.length === 0 ? { rule: known } : both(known, rest);
  return { patients: sameSpelling(patients), decision: withDoubtOfOne(patients, decision) };
}

function both(known: string, { decision }: DecidedPatients): PatientDecision {
  return { ...decision, rule: `${known}; of the others ${decision.rule}` };
}

/** Folders that tell scans from masks, or parts of the data set, and nothing else. */
function isRoleFolder(name: string): boolean {
  return folderRole(name)?.others === 0;
}

function decideUnstated(places: readonly ScanPlace[]): DecidedPatients {
  return byFolder(places) ?? byName(places);
}

/** The folder that is the patient's, if there is one. */
function byFolder(places: readonly ScanPlace[]): DecidedPatients | undefined {
  const level = levelOfPatients(places);
  if (level === undefined) return undefined;
  const folderOf = ({ folders, id }: ScanPlace) => folders[level] ?? id;
  const groups = groupBy(places, folderOf);
  const names = [...groups.keys()];
  const isPersonal = names.every(isPersonName);
  const [example, own] = [...groups].find(([, group]) => group.length > 1) ?? [names[0] as string, places];
  const volumes = median([...groups.values()].map((group) => group.filter(({ isVolume }) => isVolume).length));
  const repeated = repeatedNames(places, folderOf);
  const isId = places.filter(({ name }) => !isBare(name)).length * 2 > places.length;
  if (!isPersonal && volumes > MOST_VOLUMES) return undefined;
  if (!isPersonal && repeated && isId) {
    const { patients } = byName(places);
    const rule = `names are the patients: the same names, such as ${places[0]?.name}, are in several folders`;
    const doubt = `if a folder such as ${example} is a patient, set data.patients`;
    return { patients, decision: { rule, doubt } };
  }
  const why = repeated
    ? `the same names, such as ${own[0]?.name}, are in several folders`
    : `${places.length} scans lie in ${names.length} folders`;
  const isNamedAfter = own.some(({ name }) => name.toLowerCase().startsWith(example.toLowerCase()));
  const isClear = isPersonal || isNamedAfter || (repeated && !isId) || names.every((name) => /\d/.test(name));
  const rule = `a folder is a patient, as ${example}: ${why}`;
  const unclear = `nothing but that says that ${example} is a patient; if it is a kind of scan or a site, set data.patients`;
  const doubt = isClear ? twoPlaces(groups, level) : unclear;
  return { patients: places.map(folderOf), decision: { rule, ...(doubt === undefined ? {} : { doubt }) } };
}

/** Folders of one name in several places, such as two hospitals that both count from 1, may be two persons. */
function twoPlaces(groups: ReadonlyMap<string, readonly ScanPlace[]>, level: number): string | undefined {
  for (const [name, group] of groups) {
    const parents = new Set(
      group.flatMap(({ folders }) => (folders.length > level ? [folders.slice(0, level).join('/')] : [])),
    );
    const [first, second] = [...parents].filter((path) => path !== '' && sortsBy(path) === undefined);
    if (first !== undefined && second !== undefined)
      return `${name} in ${first} and ${name} in ${second} are taken as one patient; if they are two, set data.patients`;
  }
  return undefined;
}

/** The outermost folders that differ and are not of kinds, sites or moments; those named after persons come before others. */
function levelOfPatients(places: readonly ScanPlace[]): number | undefined {
  const depth = largestOf(
    places.map(({ folders }) => folders.length),
    0,
  );
  const levels = Array.from({ length: depth }, (_, level) => level).filter((level) => {
    const names = new Set(places.flatMap(({ folders }) => folders[level] ?? []));
    return names.size > 1 && ![...names].every((name) => sortsBy(name) !== undefined);
  });
  const isPersonal = (level: number) => places.every(({ folders }) => isPersonName(folders[level] ?? 'p1'));
  return levels.find(isPersonal) ?? levels[0];
}

/** Whether most names are in more than one folder. */
function repeatedNames(places: readonly ScanPlace[], folderOf: (place: ScanPlace) => string): boolean {
  const folders = new Map<string, Set<string>>();
  for (const place of places) {
    const known = folders.get(place.name) ?? new Set();
    folders.set(place.name, known.add(folderOf(place)));
  }
  return [...folders.values()].filter(({ size }) => size > 1).length * 2 > folders.size;
}

/** By names alone; folders of moments, such as visits, do not matter, those of kinds tell equal numbers apart. */
function byName(places: readonly ScanPlace[]): DecidedPatients {
  const { keys, example, isCertain, alike } = groupNames(places);
  const moments = places.some(({ folders }) => folders.some((folder) => sortsBy(folder) === 'moment'));
  const patients = places.map(({ id, folders, name }, i) => {
    const key = keys[i] as string;
    const kinds = folders.filter((folder) => sortsBy(folder) !== 'moment');
    if (!isBare(key) || key !== name) return key;
    return moments ? [...kinds, key].join('_') : id;
  });
  const rule = example
    ? `names are the patients without what tells their scans apart: ${example.name} is of ${example.key}`
    : 'each scan is of a patient of its own, nothing in the names says otherwise';
  const unsure = isCertain ? undefined : `if ${example?.name} is the only scan of its patient, set data.patients`;
  const similar = `several names begin with ${alike.slice(0, 3).join(', ')}; if these are patients, set data.patients`;
  const doubt = unsure ?? (alike.length > 1 ? similar : undefined);
  return { patients, decision: { rule, ...(doubt === undefined ? {} : { doubt }) } };
}

function withDoubtOfOne(patients: readonly string[], decision: PatientDecision): PatientDecision {
  const count = new Set(patients.map((name) => name.toLowerCase())).size;
  if (count > 1 || patients.length < 2) return decision;
  const doubt = `all ${patients.length} scans are taken as those of one patient, ${patients[0]}; if that is wrong, set data.patients`;
  return { ...decision, doubt };
}

const pathOf = ({ folders, name }: ScanPlace) => [...folders, name].join('/');

/** `P1` and `p1` are one patient, spelt as the first one is. */
function sameSpelling(names: readonly string[]): string[] {
  const first = new Map<string, string>();
  return names.map((name) => {
    const key = name.normalize('NFC').toLowerCase();
    const spelling = first.get(key) ?? name.normalize('NFC');
    first.set(key, spelling);
    return spelling;
  });
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
