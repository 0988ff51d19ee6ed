import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files, joinPath, stem } from '../../core/files.ts';
import { isClutter } from '../../data/layouts/clutter.ts';
import { canRead } from '../../formats/index.ts';

/** A mask and what somebody or something else has made of the same scan. */
export interface MaskPair {
  /** Path of the mask below its folder, without extension. */
  readonly id: string;
  readonly mask: string;
  readonly prediction: string;
}

export interface MaskPairs {
  readonly pairs: readonly MaskPair[];
  /** Masks without a prediction: by their ids. */
  readonly missing: ReadonlyMap<string, string>;
  /** Predictions without a mask. */
  readonly extra: readonly string[];
}

/** What names of masks of one scan may differ in. */
const ENDINGS =
  /([_.\- ](seg|segmentation|mask|masks|label|labels|gt|groundtruth|ground_truth|annotation|pred|prediction|predicted|output|\d{4}))+$/i;

/** A name without what only says that it is a mask. */
export const withoutMaskEnding = (id: string) => id.replace(ENDINGS, '');

const keyOf = (id: string) => withoutMaskEnding(baseName(id).normalize('NFC').toLowerCase());

/**
 * Matches the masks of two folders, and of all folders in them: by path and name, else by name alone; the extension, case, and endings
 * as `_seg`, `_gt` or `_pred` make no difference. Two files may be given instead of folders.
 *
 * @throws PatchclError `bad-usage` when there is no mask on one side or nothing matches, `bad-data` when a name is not clear
 */
export async function pairMasks(files: Files, predictions: string, masks: string): Promise<MaskPairs> {
  const [found, wanted] = [await maskFiles(files, predictions), await maskFiles(files, masks)];
  if ((await files.kind(masks)) === 'file' && (await files.kind(predictions)) === 'file') {
    return { pairs: [{ id: stem(masks), mask: masks, prediction: predictions }], missing: new Map(), extra: [] };
  }
  const byKey = groupByKey(found);
  const masksByKey = groupByKey(wanted);
  const used = new Set<string>();
  const missing = new Map<string, string>();
  const pairs: MaskPair[] = [];
  for (const [id, mask] of wanted) {
    const prediction = found.get(id) ?? onlyOne(byKey.get(keyOf(id)) ?? [], masksByKey.get(keyOf(id)) ?? [], mask);
    if (prediction === undefined) missing.set(id, mask);
    else {
      used.add(prediction);
      pairs.push({ id, mask, prediction });
    }
  }
  if (pairs.length === 0) {
    const [one, other] = [baseName([...wanted.values()][0] as string), baseName([...found.values()][0] as string)];
    const problem = `no prediction has the name of a mask: the masks are called as ${one}, the predictions as ${other}`;
    const hint = 'Give a mask and its prediction the same name; endings as _seg or _pred make no difference.';
    throw new PatchclError('bad-usage', problem, { subject: predictions, hint });
  }
  return { pairs, missing, extra: [...found.values()].filter((path) => !used.has(path)) };
}

/** Paths of all files that may be masks, by their path below the folder, without extension. */
async function maskFiles(files: Files, root: string): Promise<Map<string, string>> {
  const kind = await files.kind(root);
  if (kind === undefined) {
    throw new PatchclError('bad-usage', 'there is no such file or folder', { subject: root, hint: 'Check the path.' });
  }
  const found = new Map<string, string>();
  if (kind === 'file') found.set(stem(root), root);
  else await search(files, root, '', found);
  if (found.size > 0) return found;
  const hint = 'Point to a folder of masks, as .nii.gz, .png or .tif.';
  throw new PatchclError('bad-usage', 'there is no mask in this folder', { subject: root, hint });
}

async function search(files: Files, folder: string, prefix: string, found: Map<string, string>): Promise<void> {
  for (const { name, kind } of await files.list(folder)) {
    if (isClutter(name)) continue;
    const path = joinPath(folder, name);
    if (kind === 'folder') await search(files, path, `${prefix}${name}/`, found);
    else if (canRead(name)) {
      const id = prefix + stem(name);
      const other = found.get(id);
      if (other !== undefined) throw ambiguous(path, [other]);
      found.set(id, path);
    }
  }
}

function groupByKey(paths: ReadonlyMap<string, string>): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [id, path] of paths) groups.set(keyOf(id), [...(groups.get(keyOf(id)) ?? []), path]);
  return groups;
}

/** The prediction that bears a mask's name. @throws PatchclError `bad-data` when there are several, or several such masks */
function onlyOne(candidates: readonly string[], masks: readonly string[], mask: string): string | undefined {
  if (candidates.length > 1) throw ambiguous(mask, candidates);
  if (candidates.length === 1 && masks.length > 1) throw ambiguous(candidates[0] as string, masks);
  return candidates[0];
}

function ambiguous(subject: string, others: readonly string[]): PatchclError {
  const problem = `it has the same name as ${others.slice(0, 2).join(' and ')}, so it is not clear which belong together`;
  return new PatchclError('bad-data', problem, { subject, hint: 'Rename or remove one of them.' });
}
