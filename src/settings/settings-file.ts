import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { PatchclError } from '../core/errors.ts';

/** Values for settings, as in a configuration file; nested. */
export type Overrides = { readonly [name: string]: unknown };

/** Settings as a file gives them, and where in the file they stand. */
export interface SettingsFile {
  readonly values: Overrides;
  /** The line of a setting, from 1. */
  readonly lineOf: (keys: readonly PropertyKey[]) => number | undefined;
}

/** @throws PatchclError `bad-config` for what is no YAML, or no settings */
export function parseSettings(text: string, path: string): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const error = document.errors[0];
  if (error !== undefined) {
    const line = lines.linePos(error.pos[0]).line;
    throw new PatchclError('bad-config', `this is not YAML: ${error.message.split('\n')[0]}`, {
      subject: `${path}:${line}`,
    });
  }
  const values: unknown = valuesOf(document, path) ?? {};
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new PatchclError('bad-config', 'settings were expected, one "name: value" a line', { subject: path });
  }
  const lineOf = (keys: readonly PropertyKey[]) => {
    const node = document.getIn(keys.map(String), true) as { range?: [number, number, number] } | undefined;
    return node?.range === undefined ? undefined : lines.linePos(node.range[0]).line;
  };
  return { values: values as Overrides, lineOf };
}

/** @throws PatchclError `bad-config` for aliases that stand for more than a file of settings can mean, and for names that are none */
function valuesOf(document: ReturnType<typeof parseDocument>, path: string): unknown {
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 50 });
  } catch (cause) {
    const hint = 'Write the values out.';
    throw new PatchclError('bad-config', 'its aliases stand for more than settings can be', {
      subject: path,
      hint,
      cause,
    });
  }
  refusePrototypes(values, path);
  return values;
}

/** @throws PatchclError `bad-config` for a setting called `__proto__`, which would change settings that are not named */
function refusePrototypes(values: unknown, path: string): void {
  if (typeof values !== 'object' || values === null) return;
  for (const [name, value] of Object.entries(values)) {
    if (name === '__proto__')
      throw new PatchclError('bad-config', 'there is no such setting', { subject: `${path} ${name}` });
    refusePrototypes(value, path);
  }
}

/**
 * What is wrong with a setting, in a sentence: where it stands, and for an unknown name the nearest known one.
 *
 * @param lineOf see {@link SettingsFile}
 * @param names settings known at a place
 */
export function settingError(
  issue: z.core.$ZodIssue,
  lineOf: (path: readonly PropertyKey[]) => number | undefined,
  file: string | undefined,
  names: (path: readonly PropertyKey[]) => readonly string[],
): PatchclError {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const line = lineOf(path);
  const setting = path.join('.');
  const subject = line === undefined || file === undefined ? setting : `${file}:${line} ${setting}`;
  if (issue.code === 'invalid_value') return notOneOf(issue, subject);
  if (unknown === undefined) return new PatchclError('bad-config', issue.message, { subject });
  const nearest = nearestName(unknown, names(issue.path));
  return new PatchclError('bad-config', 'there is no such setting', {
    subject,
    hint: nearest === undefined ? 'See patchcl train --help.' : `Did you mean "${nearest}"?`,
  });
}

/** A value that is none of those that are known: which is the nearest, or which there are. */
function notOneOf(issue: z.core.$ZodIssueInvalidValue, subject: string): PatchclError {
  const known = issue.values.map(String);
  const quoted = /"([^"]*)"$/.exec(issue.message)?.[1];
  const nearest = quoted === undefined ? undefined : nearestName(quoted, known);
  const hint = `${nearest === undefined ? '' : `Did you mean "${nearest}"? `}Known: ${known.join(', ')}.`;
  return new PatchclError('bad-config', issue.message, { subject, hint });
}

/** The candidate with the fewest edits, if it is not another word altogether. */
export function nearestName(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((name) => ({ name, edits: editDistance(word.toLowerCase(), name.toLowerCase()) }));
  const best = ranked.sort((a, b) => a.edits - b.edits)[0];
  return best !== undefined && best.edits <= Math.max(2, word.length / 3) ? best.name : undefined;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
