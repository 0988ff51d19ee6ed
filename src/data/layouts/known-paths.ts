import { PatchclError } from '../../core/errors.ts';
import { smallestOf } from '../../core/lists.ts';
import { canRead } from '../../formats/index.ts';
import type { Part } from './roles.ts';
import type { KnownLayout } from './table.ts';
import type { FolderTree, TreeFile } from './tree.ts';

export interface KnownMask {
  readonly path: string;
  readonly class?: string;
}

/** A scan of a known layout, as its files make it. */
export interface KnownScan {
  readonly id: string;
  readonly key: string;
  /** One, or one for each channel. */
  readonly paths: readonly [string, ...string[]];
  /** Names of the channels, where there are several. */
  readonly channels: readonly string[];
  readonly masks: readonly KnownMask[];
  readonly part?: Part;
}

interface Match {
  readonly file: TreeFile;
  readonly folder: string;
  readonly key: string;
  readonly groups: Readonly<Record<string, string | undefined>>;
  /** Which expression fits. */
  readonly rank: number;
}

/** Sorts the files of a tree into the scans of a layout and their masks. */
export function matchPaths(tree: FolderTree, layout: KnownLayout) {
  const readable = tree.files.filter(({ fileName }) => canRead(fileName));
  const problems: PatchclError[] = [];
  const masks = readable.flatMap((file) => match(file, layout.masks, layout) ?? []);
  const isMask = new Set(masks.map(({ file }) => file));
  const others = readable.filter((file) => !isMask.has(file) && layout.ignored?.test(pathOf(file)) !== true);
  const groups = new Map<string, Match[]>();
  for (const found of others.flatMap((file) => match(file, layout.scans, layout) ?? [])) {
    const name = `${found.folder}|${found.key}`;
    groups.set(name, [...(groups.get(name) ?? []), found]);
  }
  // Those held back come last, as unlabelled scans come after those to learn from.
  const scans = [...groups.values()]
    .flatMap((found) => scanOf(found, layout, problems))
    .sort((a, b) => Number(a.part === 'test') - Number(b.part === 'test'));
  const ids = new Map<string, number>();
  for (const { id } of scans) ids.set(id, (ids.get(id) ?? 0) + 1);
  const own = masksOf(scans, masks, layout, problems);
  const complete = scans.map(({ folder, ...scan }, i): KnownScan => {
    const isUnique = (ids.get(scan.id) ?? 0) < 2;
    const id = isUnique ? scan.id : [...folder.split('/'), scan.id].filter(Boolean).join('_');
    return { ...scan, id, masks: own[i] ?? [] };
  });
  const notScans = readable.filter((file) => isMask.has(file) || layout.ignored?.test(pathOf(file)) === true);
  return { scans: complete, problems, notScans: notScans.map(({ path }) => path) };
}

const pathOf = ({ folders, name }: TreeFile) => [...folders, name].join('/');

function match(file: TreeFile, patterns: readonly RegExp[], { noise }: KnownLayout): Match | undefined {
  for (const [rank, pattern] of patterns.entries()) {
    const groups = pattern.exec(pathOf(file))?.groups;
    if (groups === undefined) continue;
    const key = groups.key ?? '';
    const bare = noise === undefined ? key : key.replace(noise, '');
    return { file, folder: file.folders.join('/'), key: bare, groups, rank };
  }
  return undefined;
}

type UnpairedScan = Omit<KnownScan, 'masks'> & { readonly folder: string };

/** The scan that files of one key in one folder make; none, and a problem, when a channel is missing. */
function scanOf(found: readonly Match[], { channels }: KnownLayout, problems: PatchclError[]): UnpairedScan[] {
  const [{ file, folder, key, groups }] = found as [Match, ...Match[]];
  const id = groups.id ?? (groups.key || (file.folders.at(-1) ?? file.name));
  const part = /^test/i.test(groups.part ?? '') ? ({ part: 'test' } as const) : {};
  if (channels === undefined) {
    return found.map((one) => {
      const own = one.groups.id ?? (one.groups.key || (one.file.folders.at(-1) ?? one.file.name));
      return { id: own, key, folder, paths: [one.file.path], channels: [], ...part };
    });
  }
  const byChannel = new Map(found.map((one) => [one.groups.channel?.toLowerCase() ?? '', one.file.path]));
  const list = channels.find((names) => names.every((name) => byChannel.has(name)));
  const paths = list?.map((name) => byChannel.get(name) as string);
  if (list !== undefined && paths !== undefined) {
    return [{ id, key, folder, paths: paths as [string, ...string[]], channels: list, ...part }];
  }
  const expected = channels.map((names) => names.join(', ')).join(' or ');
  const problem = `of this scan there is ${[...byChannel.keys()].join(', ')}, ${expected} were expected`;
  const hint = 'Add the sequences that are missing, or take the scan away.';
  problems.push(new PatchclError('bad-data', problem, { subject: file.path, hint }));
  return [];
}

/** The masks of each scan. */
function masksOf(
  scans: readonly UnpairedScan[],
  masks: readonly Match[],
  { several }: KnownLayout,
  problems: PatchclError[],
): KnownMask[][] {
  const complain = (subject: string, what: string, hint: string) =>
    problems.push(new PatchclError('bad-data', what, { subject, hint }));
  const found = scans.map((): Match[] => []);
  const find = scanFinder(scans);
  for (const mask of masks) {
    const { path } = mask.file;
    const fitting = find(mask);
    if (fitting.length === 1) found[fitting[0] as number]?.push(mask);
    else if (fitting.length === 0) {
      complain(path, 'this mask has no scan', 'Add the scan, or remove the mask.');
    } else {
      const [a, b] = fitting.map((i) => scans[i]?.paths[0]);
      complain(path, `this may be the mask of ${a} and of ${b}`, 'Name it after the one that it belongs to.');
    }
  }
  return found.map((own, i) => {
    const best = smallestOf(own.map(({ rank }) => rank));
    const taken = own.filter(({ rank }) => rank === best);
    if (several === undefined && taken.length > 1) {
      const problem = `this is the second mask of ${scans[i]?.paths[0]}, after ${taken[0]?.file.path}`;
      complain(taken[1]?.file.path as string, problem, 'Remove the one that is not to be learned from.');
      return [{ path: taken[0]?.file.path as string }];
    }
    return taken.map(({ file, groups }) => ({ path: file.path, ...(groups.class && { class: groups.class }) }));
  });
}

/** Scans by key: those of the mask's folder, else all; else those whose key only begins with that of the mask. */
function scanFinder(scans: readonly UnpairedScan[]): (mask: Match) => readonly number[] {
  const byKey = new Map<string, number[]>();
  for (const [i, { key }] of scans.entries()) {
    const own = byKey.get(key.toLowerCase());
    if (own === undefined) byKey.set(key.toLowerCase(), [i]);
    else own.push(i);
  }
  const folderOf = (i: number) => scans[i]?.folder ?? '';
  return ({ key, folder }) => {
    const wanted = key.toLowerCase();
    const same = byKey.get(wanted) ?? [];
    const near = same.filter((i) => folderOf(i) === folder);
    const inside = same.filter((i) => folder.startsWith(folderOf(i)));
    if (near.length > 0) return near;
    if (same.length > 0) return same.length > 1 && inside.length === 1 ? inside : same;
    if (wanted === '') return [];
    return [...byKey].filter(([other]) => other.startsWith(`${wanted}_`)).flatMap(([, indices]) => indices);
  };
}
