import type { Files } from '../../core/files.ts';
import type { Split } from '../../data/dataset.ts';
import { openDataset } from '../../data/layouts/open.ts';
import type { Method } from '../../methods/index.ts';
import type { DataPlace } from '../../node/archive/open-archive.ts';
import { openWarmStart, splitAfter, warmStartNote } from '../../runs/warm-start.ts';
import type { RequestedConfig } from '../../settings/config.ts';
import { cleanedClasses, planRun } from '../../settings/plan.ts';
import { unlabelledUse } from '../../settings/unlabelled-use.ts';
import { planLines } from '../plan-lines.ts';
import { print } from '../terminal.ts';

interface Asked {
  readonly config: RequestedConfig;
  readonly method: Method;
  /** Folder of the earlier run that training starts from. */
  readonly startFrom: string | undefined;
}

/** `patchcl train --dry-run`: what would be read, how it would be divided and planned, and how long it would take. Writes nothing. */
export async function dryRun(
  files: Files,
  { folder, name }: DataPlace,
  { config, method, startFrom }: Asked,
): Promise<void> {
  const dataset = await openDataset(files, folder, config.data);
  const start = startFrom === undefined ? undefined : await openWarmStart(files, startFrom);
  const { split, scheme } = await splitAfter(start, dataset, config);
  const { classes } = scheme;
  const plan = await planRun(dataset, split, config);
  const cleaned = cleanedClasses(config, classes, plan.singleParts.inScans).map((klass) => classes[klass] as string);
  print(`data          ${name}, layout ${dataset.layout}, ${dataset.cases.length} scans`);
  print(`classes       ${classes.join(', ')}`);
  for (const part of ['labelled', 'unlabelled', 'val', 'test'] as const) {
    const patients = new Set(split[part].map(({ patient }) => patient)).size;
    print(`${PART_NAMES[part].padEnd(13)} ${patients} patients, ${split[part].length} scans`);
  }
  for (const line of planLines({ ...plan, cleaned })) print(line);
  const use = useOf(method, config, split);
  if (use !== undefined) print(use);
  if (start !== undefined) print(warmStartNote(start));
  print(`training      ${config.method}, preset ${config.preset}, seed ${config.seed}, ${duration(config)}`);
  print('nothing was written; leave --dry-run out to train');
}

/** Whether unlabelled scans take part; unknown before reading where scans are annotated in part. */
function useOf(method: Method, config: RequestedConfig, { labelled, unlabelled }: Split): string | undefined {
  if (labelled.some(({ labelledSlices }) => labelledSlices !== undefined)) return undefined;
  const counts = { labelled: labelled.length, unlabelled: unlabelled.length, unit: 'scan' } as const;
  return unlabelledUse(method, config, counts).note;
}

const PART_NAMES = { labelled: 'labelled', unlabelled: 'unlabelled', val: 'validation', test: 'test' } as const;

/** How long a training is planned to take. */
export function duration({ budget: { steps, minutes, clock } }: RequestedConfig): string {
  if (steps !== undefined) return `${steps} steps`;
  return `${minutes} minutes${clock === 'cpu' ? ' of processors' : ''}, reading and report included`;
}
