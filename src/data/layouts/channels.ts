import { PatchclError } from '../../core/errors.ts';
import { largestOf } from '../../core/lists.ts';

/** `NAME_0001`: channel 1 of the case NAME. */
const CHANNEL = /^(.+)_(\d{4})$/;

export const hasChannelNumber = (name: string) => CHANNEL.test(name);

export interface GroupedChannels {
  /** Paths by case, channels in order. */
  readonly images: ReadonlyMap<string, readonly [string, ...string[]]>;
  readonly problems: readonly PatchclError[];
}

/**
 * Channels by case, in order. A case that lacks one is a problem, not a case.
 *
 * @param expected how many channels a case has; as many as most of them by default
 */
export function groupChannels(paths: ReadonlyMap<string, string>, expected?: number): GroupedChannels {
  const byCase = new Map<string, Map<number, string>>();
  const problems: PatchclError[] = [];
  for (const [name, path] of paths) {
    const [, id, number] = CHANNEL.exec(name) ?? [];
    if (id === undefined) {
      const problem = 'the name does not say which channel this is, NAME_0000 was expected';
      problems.push(new PatchclError('bad-data', problem, { subject: path, hint: 'Rename it, or move it elsewhere.' }));
      continue;
    }
    const channels = byCase.get(id) ?? new Map<number, string>();
    byCase.set(id, channels.set(Number(number), path));
  }
  const count =
    expected ??
    largestOf(
      [...byCase.values()].map(({ size }) => size),
      0,
    );
  const images = new Map<string, readonly [string, ...string[]]>();
  for (const [id, channels] of byCase) {
    const [first, ...more] = Array.from({ length: count }, (_, channel) => channels.get(channel));
    if (first !== undefined && more.every((path) => path !== undefined) && channels.size === count) {
      images.set(id, [first, ...more]);
      continue;
    }
    const found = [...channels.keys()].toSorted((a, b) => a - b).map((channel) => String(channel).padStart(4, '0'));
    problems.push(
      new PatchclError('bad-data', `the case has the channels ${found.join(', ')}, ${count} from 0000 were expected`, {
        subject: [...channels.values()][0] ?? id,
        hint: 'Add what is missing, or correct "channel_names" in dataset.json.',
      }),
    );
  }
  return { images, problems };
}
