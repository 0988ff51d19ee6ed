import { zipSync } from 'fflate';
import { isLabel, type StudioCase, type StudioClient } from '../../studio/api/index.ts';
import { messageOf } from './notices.ts';

/** Which masks, and what slices without a label hold. */
export interface MaskKind {
  readonly of: 'labels' | 'proposal';
  readonly rest: 'background' | 'ignore' | 'proposal';
}

export interface MasksArchive {
  readonly bytes: Uint8Array;
  /** Scans without a mask in it, and why. */
  readonly problems: readonly string[];
}

/**
 * The masks of scans in one ZIP file, each as NIfTI that lies on its scan, which every kind of scan can have; with a text that
 * says what they hold. A scan that cannot be exported is told of there, and spoils no other.
 *
 * @param run whose proposals
 */
export async function masksArchive(
  studio: StudioClient,
  cases: readonly StudioCase[],
  { of, rest }: MaskKind,
  run: string | undefined,
): Promise<MasksArchive> {
  const masks: Record<string, Uint8Array> = {};
  const lines: string[] = [];
  const problems: string[] = [];
  for (const item of cases) {
    const { id } = item;
    try {
      const name = freeName(masks, id);
      masks[name] = await studio.ask('exportMask', { case: id, of, rest, run, format: 'nifti' });
      lines.push(`${name}: ${contentOf(item, { of, rest }, run)}`);
    } catch (error) {
      problems.push(`${id}: ${messageOf(error)}`);
    }
  }
  const text = [...lines, ...(problems.length > 0 ? ['', 'Not exported:', ...problems] : [])].join('\n');
  masks['what-they-hold.txt'] = new TextEncoder().encode(`${text}\n`);
  // They are compressed already.
  return { bytes: zipSync(masks, { level: 0 }), problems };
}

function freeName(masks: Readonly<Record<string, unknown>>, id: string): string {
  let name = `${id}.nii.gz`;
  for (let n = 2; masks[name] !== undefined; n++) name = `${id}-${n}.nii.gz`;
  return name;
}

/** What a mask holds, a phrase for a person. */
export function contentOf({ slices }: StudioCase, { of, rest }: MaskKind, run: string | undefined): string {
  if (of === 'proposal') return `proposed by ${run}, looked over by nobody`;
  const labelled = slices.filter(isLabel).length;
  if (labelled === slices.length) return 'every slice is labelled';
  const others = { background: 'hold 0', ignore: 'hold 255', proposal: `are as ${run} proposes` }[rest];
  return `${labelled} of ${slices.length} slices are labelled; the others ${others}`;
}

/** Those that have a mask of the kind: labels on some slice, or, for proposals, all that can be read. */
export function withMasks(cases: readonly StudioCase[], of: 'labels' | 'proposal'): StudioCase[] {
  return cases.filter(({ state, slices }) => state === 'ready' && (of === 'proposal' || slices.some(isLabel)));
}
