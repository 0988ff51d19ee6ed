export interface Import {
  readonly file: string;
  /** A path below src/, or the name of a package. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** Where paths of source files start. */
const ROOT = 'src:/';

/**
 * Every import, re-export and dynamic import of a source text.
 *
 * @param file path of the source below src/
 */
export function importsOf(file: string, text: string): Import[] {
  const statement =
    /\b(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(statement)].map(([, type, named, dynamic]) => {
    const specifier = (named ?? dynamic) as string;
    const target = specifier.startsWith('.')
      ? new URL(specifier, new URL(file, ROOT)).href.slice(ROOT.length)
      : specifier;
    return { file, target, typeOnly: type !== undefined };
  });
}

/** Ways from a file back to itself. */
export function cycles(entries: readonly Import[]): string[][] {
  const targets = new Map<string, string[]>();
  for (const { file, target } of entries) targets.set(file, [...(targets.get(file) ?? []), target]);
  const state = new Map<string, 'open' | 'done'>();
  const found: string[][] = [];
  const visit = (file: string, path: readonly string[]) => {
    if (state.get(file) === 'open') found.push([...path.slice(path.indexOf(file)), file]);
    if (state.has(file)) return;
    state.set(file, 'open');
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}
