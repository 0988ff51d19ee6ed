import { messageOf } from '../../core/errors.ts';
import type { Case } from '../../data/dataset.ts';
import { joinChannels } from '../../data/layouts/file-case.ts';
import type { Volume } from '../../imaging/volume.ts';
import type { Segmenter } from '../../predict/segmenter.ts';
import { unfit } from './adopt-model.ts';

/** Channels of a colour picture. */
const COLOUR = 3;

/** A scan as a model for so many channels looks at it: one for colours sees a grey scan as the grey picture that it is. */
export function asChannels(volume: Volume, channels: number, id: string): Volume {
  if (volume.shape[0] !== 1 || channels !== COLOUR) return volume;
  return joinChannels(Array<Volume>(channels).fill(volume), Array<string>(channels).fill(id));
}

/**
 * Refuses a model that can look at none of a project's scans.
 *
 * @param cases a scan of every kind that there is; where there are none, any model will do
 * @throws PatchclError `bad-data` that names the model
 */
export async function refuseUnfit(
  segmenter: Pick<Segmenter, 'info' | 'check'>,
  name: string,
  cases: readonly Case[],
): Promise<void> {
  const { channels } = segmenter.info;
  const found = new Set<number>();
  let problem: string | undefined;
  for (const item of cases) {
    const volume = asChannels(await item.image(), channels, item.id);
    found.add(volume.shape[0]);
    if (volume.shape[0] !== channels) continue;
    try {
      segmenter.check(volume, item.id);
      return;
    } catch (error) {
      problem ??= messageOf(error);
    }
  }
  if (found.size === 0) return;
  throw unfit(name, problem ?? `it looks at ${channels} channel(s), the scans here have ${[...found].join(' or ')}`);
}
