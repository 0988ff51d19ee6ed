import { PatchclError } from '../../core/errors.ts';

/** Endings by which masks and images that lie side by side are told apart: `heart_seg`, `heart_image`, or just `mask`. */
const MASK_ENDING = /(^|[_.\- ])(seg|segmentation|mask|masks|label|labels|gt|groundtruth|ground_truth|annotation)$/i;
const IMAGE_ENDING = /(^|[_.\- ])(image|img|scan|orig)$/i;

const isMask = (name: string) => MASK_ENDING.test(name);
const withoutEnding = (name: string) => name.replace(MASK_ENDING, '').replace(IMAGE_ENDING, '');

/** An image with its mask, if it has one: names without extension and paths. */
export interface Pair {
  readonly name: string;
  readonly imagePath: string;
  readonly labelPath?: string;
}

export interface Pairs {
  readonly pairs: readonly Pair[];
  /** Masks without image, and second masks of an image. */
  readonly problems: readonly PatchclError[];
}

/** Divides the files of one folder into images and masks by their endings, and matches them. */
export function pairBeside(paths: ReadonlyMap<string, string>): Pairs {
  const masks = new Map([...paths].filter(([name]) => isMask(name)));
  const images = new Map([...paths].filter(([name]) => !isMask(name)));
  return pairByName(images, masks);
}

/** What names of scans may end in that their masks' names lack: the number of a channel. */
const CHANNEL_ENDING = /_\d{4}$/;

/**
 * The names, without extension, of masks among scans: those with an ending as `_seg` whose scan is there too. A name alone does
 * not make a mask of what may be a scan.
 */
export function masksAmong(names: readonly string[]): ReadonlySet<string> {
  const images = names.filter((name) => !isMask(name));
  const scans = new Set([...names, ...images.map(withoutEnding), ...names.map((n) => n.replace(CHANNEL_ENDING, ''))]);
  return new Set(names.filter((name) => isMask(name) && scans.has(withoutEnding(name))));
}

/**
 * Matches masks with images of the same name; a mask may have an ending as `_seg`, an image one as `_image`.
 *
 * @param images paths by name without extension
 * @param masks paths by name without extension
 */
export function pairByName(images: ReadonlyMap<string, string>, masks: ReadonlyMap<string, string>): Pairs {
  const byKey = new Map([...images.keys()].map((name) => [withoutEnding(name), name]));
  const maskOf = new Map<string, string>();
  const problems: PatchclError[] = [];
  for (const [name, path] of masks) {
    const image = images.has(name) ? name : byKey.get(withoutEnding(name));
    const other = image === undefined ? undefined : maskOf.get(image);
    if (image !== undefined && other === undefined) {
      maskOf.set(image, path);
      continue;
    }
    const problem =
      image === undefined
        ? `this mask has no image, a scan called ${withoutEnding(name) || name} was expected`
        : `this is the second mask of ${images.get(image)}, after ${other}`;
    const hint = 'Give image and mask the same name, or remove the mask.';
    problems.push(new PatchclError('bad-data', problem, { subject: path, hint }));
  }
  const pairs = [...images].map(([name, imagePath]): Pair => {
    const labelPath = maskOf.get(name);
    return { name, imagePath, ...(labelPath === undefined ? {} : { labelPath }) };
  });
  return { pairs, problems };
}
