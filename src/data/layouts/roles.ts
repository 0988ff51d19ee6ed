/** Which part of a data set's own split a folder is for. */
export type Part = 'train' | 'val' | 'test';

/** What the name of a folder says about the files in it. */
export interface FolderRole {
  readonly role?: 'image' | 'mask';
  readonly part?: Part;
  /** 0: the name says this and nothing else; 1: it has other words too. */
  readonly others: 0 | 1;
}

const IMAGE_WORDS: readonly string[] = [
  ...['images', 'image', 'imgs', 'img', 'scans', 'volumes', 'originals', 'original', 'imaging', 'inputs', 'input'],
];
const MASK_WORDS: readonly string[] = [
  ...['masks', 'mask', 'labels', 'label', 'segmentations', 'segmentation', 'segs', 'seg', 'gt', 'gts', 'annotations'],
  ...['annotation', 'groundtruth', 'truth', 'manual', 'targets', 'target', 'labelmaps', 'contours'],
];

/** What the folders of the images and of their masks may be called, in small letters. */
export const IMAGE_FOLDERS = IMAGE_WORDS;
export const MASK_FOLDERS = MASK_WORDS;

/** Whether a folder holds masks by its name, whatever its case and with or without the part they are of: `labelsTr`. */
export function isMaskFolder(name: string): boolean {
  const role = folderRole(name);
  return role?.role === 'mask' && role.others === 0;
}

const PARTS: Readonly<Record<string, Part>> = {
  ...{ train: 'train', training: 'train', trainset: 'train', tr: 'train' },
  ...{ val: 'val', valid: 'val', validation: 'val', va: 'val', dev: 'val', tuning: 'val' },
  ...{ test: 'test', testing: 'test', testset: 'test', ts: 'test' },
};

/** `TrainingImg`, `images-tr` and `GroundTruth` in words: small letters, without numbers that stand alone. */
export function wordsOf(name: string): string[] {
  return name
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)/gu, '$1 $2')
    .toLowerCase()
    .replace(/ground[ _-]truth/, 'groundtruth')
    .split(/[^\p{L}\d]+/u)
    .filter((word) => /\p{L}/u.test(word));
}

/** What a folder is for, by its name; undefined where it does not say. */
export function folderRole(name: string): FolderRole | undefined {
  const words = wordsOf(name);
  const isMask = words.some((word) => MASK_WORDS.includes(word));
  const role = isMask ? 'mask' : words.some((word) => IMAGE_WORDS.includes(word)) ? 'image' : undefined;
  const part = words.map((word) => (Object.hasOwn(PARTS, word) ? PARTS[word] : undefined)).find((found) => found);
  if (role === undefined && part === undefined) return undefined;
  const known = (word: string) => MASK_WORDS.includes(word) || IMAGE_WORDS.includes(word) || Object.hasOwn(PARTS, word);
  return { ...(role && { role }), ...(part && { part }), others: words.every(known) ? 0 : 1 };
}
