import { PatchclError } from '../../core/errors.ts';

const MASK_WORDS =
  'segmentations?|segm?|masks?|msk|labels?|lbl|labelmap|gt|groundtruth|ground[_ ]truth|annotations?|annot|dseg|manual|[1-9](?:st|nd|rd)_?HO';

/** Endings by which masks and images that lie side by side are told apart: `heart_seg`, `heart_image`, or just `mask`. */
const MASK_ENDING = new RegExp(`(^|[_.\\- ])(${MASK_WORDS})$`, 'i');
const IMAGE_ENDING = /(^|[_.\- ])(image|img|scan|orig|original)$/i;

/** `x_mask_1`, `x_mask2`, `x_mask (3)`: one of several masks of a scan. */
const NUMBERED_MASK = new RegExp(`(^|[_.\\- ])(${MASK_WORDS})[_\\- ]?\\(?(\\d{1,3})\\)?$`, 'i');

/** `segmentation-3` and `label0007` beside `volume-3` and `img0007`. */
const MASK_BEGINNING = new RegExp(`^(${MASK_WORDS})[_.\\- ]*(?=\\(?\\d)`, 'i');
const IMAGE_BEGINNING = /^(images?|img|im|scan|volume|vol|ct|mr|mri|orig|original|input)[_.\- ]*(?=\(?\d)/i;

/** What names of one side may end in alone: the number of a channel, the marks of OME-TIFF. */
const CHANNEL_ENDING = /_\d{4}$/;
const FORMAT_ENDING = /\.ome$/i;

const hasMaskEnding = (name: string) => MASK_ENDING.test(name);
const isNumberedMask = (name: string) => !hasMaskEnding(name) && NUMBERED_MASK.test(name);
const withoutEnding = (name: string) => name.replace(MASK_ENDING, '').replace(IMAGE_ENDING, '');

/** An image with its masks, if it has some: names without extension and paths. */
export interface Pair {
  readonly name: string;
  readonly imagePath: string;
  /** Several only where their names number them: masks of one thing each, to be united. */
  readonly labelPaths: readonly string[];
}

export interface Pairs {
  readonly pairs: readonly Pair[];
  /** Masks without image, and second masks of an image. */
  readonly problems: readonly PatchclError[];
}

/** Divides the files of one folder into images and masks by their names, and matches them. */
export function pairBeside(paths: ReadonlyMap<string, string>): Pairs {
  const isMask = maskTest([...paths.keys()]);
  const masks = new Map([...paths].filter(([name]) => isMask(name)));
  const images = new Map([...paths].filter(([name]) => !isMask(name)));
  return pairByName(images, masks);
}

/** Says which names of one folder are those of masks; numbers and beginnings count only where the image is there too. */
function maskTest(names: readonly string[]): (name: string) => boolean {
  const images = names.filter((name) => !hasMaskEnding(name) && !MASK_BEGINNING.test(name));
  const known = new Set(images.flatMap((name) => imageKeys(name)));
  const isKnown = (keys: readonly string[]) => keys.some((key) => known.has(key));
  return (name) => {
    if (hasMaskEnding(name)) return true;
    if (isNumberedMask(name) && isKnown([numberless(name)])) return true;
    return MASK_BEGINNING.test(name) && isKnown([lower(name.replace(MASK_BEGINNING, ''))]);
  };
}

/**
 * The names, without extension, of masks among scans: those with a mask's ending or beginning whose scan is there too. A name alone
 * does not make a mask of what may be a scan.
 */
export function masksAmong(names: readonly string[]): ReadonlySet<string> {
  const isMask = maskTest(names);
  const images = names.filter((name) => !isMask(name));
  const scans = new Set([...names, ...images.map(withoutEnding), ...names.map((n) => n.replace(CHANNEL_ENDING, ''))]);
  return new Set(names.filter((name) => isMask(name) && (!hasMaskEnding(name) || scans.has(withoutEnding(name)))));
}

const lower = (name: string) => name.normalize('NFC').toLowerCase();

/** The name of a scan's mask that ends in a number, without both. */
const numberless = (name: string) => lower(name.replace(NUMBERED_MASK, ''));

const channelless = (name: string) => name.replace(CHANNEL_ENDING, '');

/** Names under which an image may be looked for, the most exact first. */
function imageKeys(name: string): string[] {
  const plain = lower(name);
  const endless = plain.replace(FORMAT_ENDING, '').replace(IMAGE_ENDING, '');
  return [name, plain, endless, channelless(endless), endless, endless.replace(IMAGE_BEGINNING, '')];
}

/** Names of the image that a mask may be of, in the same order; the number of a channel is on one side only. */
function maskKeys(name: string): string[] {
  const endless = lower(withoutEnding(name)).replace(FORMAT_ENDING, '');
  return [name, lower(name), endless, endless, channelless(endless), endless.replace(MASK_BEGINNING, '')];
}

/** Names of the image that a mask may be one of several of. */
function objectKeys(name: string): string[] {
  return [numberless(name), lower(name).replace(/[_\-. ]\(?\d{1,4}\)?$/, '')];
}

/**
 * Matches masks with images of the same name, whatever its case and its Unicode form; a mask may have an ending as `_seg` or a
 * beginning as `label`, an image one as `_image`, and one of the two the number of a channel.
 *
 * @param images paths by name without extension
 * @param masks paths by name without extension
 */
export function pairByName(images: ReadonlyMap<string, string>, masks: ReadonlyMap<string, string>): Pairs {
  const finder = imageFinder([...images.keys()]);
  const masksOf = new Map<string, string[]>();
  const problems: PatchclError[] = [];
  const hint = 'Give image and mask the same name, or remove the mask.';
  const complain = (subject: string, what: string) =>
    problems.push(new PatchclError('bad-data', what, { subject, hint }));
  for (const [name, path] of masks) {
    const fitting = finder(name);
    const [image] = fitting;
    const others = image === undefined ? [] : (masksOf.get(image) ?? []);
    if (image === undefined) {
      complain(path, `this mask has no image, a scan called ${withoutEnding(name) || name} was expected`);
    } else if (fitting.length > 1) {
      complain(path, `this may be the mask of ${images.get(image)} and of ${images.get(fitting[1] as string)}`);
    } else if (others.length > 0 && !isOneOfMany(name)) {
      complain(path, `this is the second mask of ${images.get(image)}, after ${others[0]}`);
    } else masksOf.set(image, [...others, path]);
  }
  const pairs = [...images].map(([name, imagePath]) => ({ name, imagePath, labelPaths: masksOf.get(name) ?? [] }));
  return { pairs, problems };
}

/** Whether a name has a number as those of several masks have. */
const isOneOfMany = (name: string) => isNumberedMask(name) || /[_\-. ]\(?\d{1,4}\)?$/.test(name);

/** Finds the images that a mask fits, by the most exact of its names that fits any. */
function imageFinder(names: readonly string[]): (mask: string) => readonly string[] {
  const levels = imageKeys('').map(() => new Map<string, string[]>());
  for (const name of names) {
    for (const [level, key] of imageKeys(name).entries()) {
      const known = levels[level]?.get(key);
      if (known === undefined) levels[level]?.set(key, [name]);
      else known.push(name);
    }
  }
  return (mask) => {
    const byName = maskKeys(mask).map((key, level) => levels[level]?.get(key));
    const byObject = objectKeys(mask).map((key) => levels[1]?.get(key) ?? levels[2]?.get(key));
    return [...byName, ...byObject].find((found) => found !== undefined) ?? [];
  };
}
