import type { CaseReading } from './case-reading.ts';
import type { StudioProject } from './studio-project.ts';

/**
 * One scan that can be read for every number of channels that scans of the project have. Where none has been read yet, the first
 * that can be.
 */
export async function scanKinds(project: StudioProject, { ready }: Pick<CaseReading, 'ready'>): Promise<string[]> {
  const kinds = new Map<number, string>();
  for (const { item, measures } of project.cases) {
    if (measures !== undefined && !kinds.has(measures.channels)) kinds.set(measures.channels, item.id);
  }
  if (kinds.size > 0) return [...kinds.values()];
  for (const { item, problem } of project.cases) {
    if (problem !== undefined) continue;
    const isRead = await ready(item.id).then(
      () => true,
      () => false,
    );
    if (isRead) return [item.id];
  }
  return [];
}
