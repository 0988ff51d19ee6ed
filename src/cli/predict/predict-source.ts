import { isArchive } from '../../core/archive-address.ts';
import { PatchclError } from '../../core/errors.ts';
import type { Scan } from '../../predict/scans/scan.ts';
import { fetchedData } from '../archive-data.ts';

/** Where scans come from and masks go. */
interface Places {
  readonly out?: string;
  readonly from?: string;
  readonly to?: string;
  readonly overwrite?: boolean;
  readonly probabilities?: boolean;
  readonly overlay?: boolean;
}

/**
 * Finds out what is missing or contradicts itself before anything is read.
 *
 * @returns where the masks go: a folder, or the address of an archive
 * @throws PatchclError `bad-usage`
 */
export function refuseUnclear(inputs: readonly string[], options: Places): string {
  const { out, from, to } = options;
  const say = (problem: string, hint: string) => new PatchclError('bad-usage', problem, { hint });
  if (inputs.length === 0 && from === undefined) {
    throw say('there is nothing to segment', 'Name scans, folders of scans, or an archive with --from.');
  }
  if (inputs.length > 0 && from !== undefined) {
    throw say('scans are named and --from too', 'Segment them one after the other.');
  }
  if (from !== undefined && !isArchive(from)) {
    throw say('--from is for an archive', 'Write dicomweb+https://..., or name a folder without --from.');
  }
  if (out !== undefined && to !== undefined)
    throw say('--out and --to both say where masks go', 'Leave one of them out.');
  const place = out ?? to;
  if (place === undefined)
    throw say('there is no place for the masks', 'Name a folder with --out, or an archive with --to.');
  if (!isArchive(place)) return place;
  if (out !== undefined) throw say('--out is for a folder', 'Name the archive with --to.');
  const other = (['overwrite', 'probabilities', 'overlay'] as const).find((name) => options[name] === true);
  if (other === undefined) return place;
  throw say(
    other === 'overwrite' ? 'nothing in an archive is replaced' : `--${other} is for a folder`,
    'Leave it out, or write to a folder with --out.',
  );
}

/** What is looked through for scans: of an archive, the folder that they are fetched to. @throws PatchclError as `dataPlace` */
export async function sourceOf(inputs: readonly string[], from: string | undefined) {
  if (from === undefined) return { inputs, failures: [] };
  const { folder, failures } = await fetchedData(from, { masks: false });
  return { inputs: [folder], failures };
}

/** An archive takes masks of DICOM series alone; others cost themselves. */
export function onlyDicom(scans: readonly Scan[]): { scans: readonly Scan[]; problems: readonly PatchclError[] } {
  const problems: PatchclError[] = [];
  const hint = 'Write its mask to a folder, with --out.';
  const kept = scans.filter(({ recipe, path }) => {
    if (recipe.kind === 'dicom') return true;
    problems.push(
      new PatchclError('bad-usage', 'only masks of DICOM series can be sent to an archive', { subject: path, hint }),
    );
    return false;
  });
  return { scans: kept, problems };
}
