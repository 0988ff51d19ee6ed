import { isLabel } from '../../studio/api/index.ts';
import type { StudioBackend } from '../../studio/backend.ts';
import { describeCase } from '../../studio/project-case.ts';
import { Refusal } from '../../studio/refusal.ts';
import type { MonaiContext } from '../context.ts';
import type { Endpoint } from '../endpoint.ts';
import { STRATEGIES } from './info.ts';

/** A scan to label, and why it is this one. */
interface Chosen {
  readonly id: string;
  readonly reason?: string;
}

/** Says which scan to label next; `{}` when none is left. */
export const nextSample: Endpoint = async (context, asked) => {
  const strategy = asked.ids.strategy as string;
  // What it may say about the client changes nothing.
  await asked.json();
  const choose = CHOICES[strategy];
  if (choose === undefined) {
    const hint = `There are ${Object.keys(STRATEGIES).join(', ')}.`;
    throw new Refusal(404, 'there is no such strategy', { subject: strategy, hint });
  }
  const chosen = await choose(context.studio);
  return { json: chosen === undefined ? {} : await described(context, chosen, asked.isLocal) };
};

const CHOICES: Readonly<Record<string, (studio: StudioBackend) => Promise<Chosen | undefined>>> = {
  async next(studio) {
    // While scans are being read, the ranking knows of those alone that have been.
    const [best] = studio.proposals.ranking(1).items;
    return best === undefined ? firstOf(studio, open(studio)) : { id: best.case, reason: best.reason };
  },
  first: (studio) => firstOf(studio, open(studio)),
  async random(studio) {
    const ids = open(studio);
    const start = Math.floor(Math.random() * ids.length);
    return firstOf(studio, [...ids.slice(start), ...ids.slice(0, start)]);
  },
};

/** Scans without a label. */
function open({ project }: StudioBackend): string[] {
  const cases = project.cases.map(describeCase);
  return cases.filter(({ state, slices }) => state !== 'broken' && !slices.some(isLabel)).map(({ id }) => id);
}

/** The first that can be read and has no label; of one that has not been read nobody knows it before. */
async function firstOf(studio: StudioBackend, ids: readonly string[]): Promise<Chosen | undefined> {
  for (const id of ids) {
    const entry = await studio.ready(id).catch(() => undefined);
    if (entry !== undefined && !describeCase(entry).slices.some(isLabel)) return { id };
  }
  return undefined;
}

async function described({ studio, images }: MonaiContext, { id, reason }: Chosen, isLocal: boolean) {
  const entry = await studio.ready(id);
  const file = await images.fileOf(entry);
  const series = await images.seriesOf(entry);
  return {
    id,
    name: file.name,
    // The client opens it by itself where it can; with a token it cannot download it.
    ...(isLocal && { path: file.path }),
    checksum: await images.checksumOf(file),
    PatientID: entry.item.patient,
    ...(series && { StudyInstanceUID: series.study, SeriesInstanceUID: series.series }),
    ...(reason !== undefined && { reason }),
  };
}
