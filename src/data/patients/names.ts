import { CERTAIN_ENDING, isBare, isSequence, withoutPossibleEnding, withoutSequence } from './words.ts';

/** Whose scans are, by their names alone. */
export interface NamedPatients {
  /** For each name, a key that the names of one person share. */
  readonly keys: readonly string[];
  /** An ending that was taken off, as an example: `p1_s03` and `p1`. */
  readonly example?: { readonly name: string; readonly key: string };
  /** Whether the ending always means what it was taken for. */
  readonly isCertain: boolean;
  /** Beginnings that several names share without having been taken for persons. */
  readonly alike: readonly string[];
}

export interface NamedScan {
  readonly name: string;
  /** Whether the file is a whole volume; a picture with a number is rather one slice of many. */
  readonly isVolume: boolean;
}

/** Volumes that one person may have; more of them under one beginning are of several. */
const MOST_VOLUMES = 12;

/** Endings that are taken off one name at most. */
const MOST_ENDINGS = 4;

/**
 * Groups names that differ in an ending which tells slices, moments, planes or sides of one person apart. Endings that could as well
 * number persons count only when they leave several beginnings behind that look like persons: with a number, or of one or two letters.
 */
export function groupNames(scans: readonly NamedScan[]): NamedPatients {
  const certain = scans.map(({ name }) => name.replace(CERTAIN_ENDING, '') || name);
  const starts = withoutCommonSequences(certain);
  const chains = starts.map(beginningsOf);
  const found = Array.from({ length: MOST_ENDINGS }, (_, i) => shared(scans, chains, MOST_ENDINGS - i)).find(
    (keys) => new Set(keys).size > 1 && keys.some((key, i) => key !== starts[i]),
  );
  const keys = found ?? starts;
  const at = keys.findIndex((key, i) => key !== scans[i]?.name);
  const example = at < 0 ? {} : { example: { name: scans[at]?.name as string, key: keys[at] as string } };
  const isCertain = keys.every((key, i) => key === certain[i]);
  return { keys, isCertain, alike: found === undefined ? alikeOf(chains) : [], ...example };
}

interface Beginning {
  readonly text: string;
  /** Whether the last thing taken off was a mere number. */
  readonly isNumber: boolean;
}

/** A name and what is left of it when possible endings are taken off one by one. */
function beginningsOf(name: string): Beginning[] {
  const chain: Beginning[] = [{ text: name, isNumber: false }];
  while (chain.length <= MOST_ENDINGS) {
    const next = withoutPossibleEnding(chain.at(-1)?.text ?? '');
    if (next === undefined) break;
    chain.push(next);
  }
  return chain;
}

/** The shortest beginning of each name that is also one of another name, with so many endings taken off at most. */
function shared(scans: readonly NamedScan[], chains: readonly (readonly Beginning[])[], most: number): string[] {
  const counts = countBy(chains.flatMap((chain) => chain.slice(0, most + 1).map(({ text }) => text)));
  return chains.map((chain, i) => {
    const isPerson = ({ text, isNumber }: Beginning) => {
      const count = counts.get(text.toLowerCase()) ?? 0;
      if (count < 2 || isSequence(text) || (isBare(text) && !/\d/.test(text))) return false;
      const isOfMany = scans[i]?.isVolume === true && count > MOST_VOLUMES;
      return !isNumber || (looksLikePerson(text) && !isOfMany);
    };
    return (chain.slice(1, most + 1).findLast(isPerson) ?? (chain[0] as Beginning)).text;
  });
}

/** Names without the sequence they begin with (`T1_p3`) where that is how one patient's scans are told apart. */
function withoutCommonSequences(names: readonly string[]): string[] {
  const cut = names.map(withoutSequence);
  const repeated = [...countBy(cut).values()].filter((count) => count > 1).length;
  return repeated * 2 > new Set(cut).size ? cut : [...names];
}

const looksLikePerson = (key: string) => /\d/.test(key) || key.length <= 2;

/** Beginnings that several names share, where there are several of them. */
function alikeOf(chains: readonly (readonly Beginning[])[]): string[] {
  const counts = countBy(chains.flatMap((chain) => chain.slice(1, 2).map(({ text }) => text)));
  const alike = [...counts].filter(([, count]) => count > 1).map(([text]) => text);
  return alike.length > 1 ? alike : [];
}

function countBy(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key.toLowerCase(), (counts.get(key.toLowerCase()) ?? 0) + 1);
  return counts;
}
