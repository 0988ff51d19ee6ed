import { spread } from '../core/spread.ts';
import { isLabel, type Proposal, type Ranking, type StudioCase } from './api/index.ts';

type Ranked = Ranking['items'][number];

/** Slices suggested of a case. */
const SLICES = 5;

/** Slices that lie closer than this share of the depth show nearly the same. */
const APART = 0.08;

/** A person has already said that the proposal is wrong there. */
const REJECTED = 1.5;

/**
 * What to label next: the cases without labels that the model doubts most, and of each the slices it doubts most, not next to
 * one another. Without a model: cases from the whole list, and their middle slices.
 *
 * @param proposals of one model, by case
 */
export function rankCases(
  cases: readonly StudioCase[],
  proposals: ReadonlyMap<string, Proposal>,
  count: number,
): Pick<Ranking, 'looked' | 'of' | 'items'> {
  const open = cases.filter(({ state, slices }) => state === 'ready' && !slices.some(isLabel));
  const doubted = open.flatMap((item) => {
    const proposal = proposals.get(item.id);
    return proposal === undefined ? [] : [{ item, proposal, doubt: caseDoubt(item, proposal) }];
  });
  const looked = doubted.length;
  if (looked === 0) return { looked, of: open.length, items: spread(open, count).map(firstLabels) };
  doubted.sort((a, b) => b.doubt - a.doubt);
  const items = doubted.slice(0, count).map((entry, rank) => doubtful(entry, rank, looked));
  return { looked, of: open.length, items };
}

/** The doubt of a case, a rejected slice counting more. */
function caseDoubt({ slices: states }: StudioCase, { slices }: Proposal): number {
  const total = slices.reduce((sum, { doubt }, z) => sum + doubt * (states[z] === 'rejected' ? REJECTED : 1), 0);
  return total / Math.max(1, slices.length);
}

function doubtful(
  { item, proposal, doubt }: { readonly item: StudioCase; readonly proposal: Proposal; readonly doubt: number },
  rank: number,
  of: number,
): Ranked {
  const place = rank === 0 ? 'most' : rank === of - 1 ? 'least' : `${ordinal(rank + 1)} most`;
  const rejected = item.slices.filter((state) => state === 'rejected').length;
  const refused = rejected === 0 ? '' : `, and you rejected its proposal on ${count(rejected, 'slice')}`;
  return {
    case: item.id,
    doubt,
    reason: `The model doubts this scan ${place} of ${count(of, 'scan')} without labels (mean patch entropy ${doubt.toFixed(3)})${refused}.`,
    slices: pickApart(proposal, item).map((slice) => {
      const { doubt: own, foreground } = proposal.slices[slice] as Proposal['slices'][number];
      const holds = foreground === 0 ? 'it proposes nothing here' : `it proposes ${count(foreground, 'voxel')} here`;
      return { slice, doubt: own, reason: `Patch entropy ${own.toFixed(3)}; ${holds}.` };
    }),
  };
}

/** The slices with the highest doubt, each some distance from those before it. */
function pickApart({ slices }: Proposal, { slices: states }: StudioCase): number[] {
  const least = Math.max(1, Math.round(slices.length * APART));
  const order = slices
    .map(({ doubt }, z) => ({ z, doubt }))
    .filter(({ z }) => !isLabel(states[z] ?? 'unlabelled'))
    .sort((a, b) => b.doubt - a.doubt);
  const picked: number[] = [];
  for (const { z } of order) {
    if (picked.length < SLICES && picked.every((other) => Math.abs(other - z) >= least)) picked.push(z);
  }
  return picked;
}

function firstLabels({ id, slices }: StudioCase): Ranked {
  const middle = Math.floor(slices.length / 2);
  const reason =
    'There is no model yet; begin with a few scans from all over the data set, whole or some slices of each.';
  return {
    case: id,
    doubt: null,
    reason,
    slices: [{ slice: middle, doubt: null, reason: 'The middle of the scan.' }],
  };
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

function ordinal(n: number): string {
  const teen = n % 100 > 10 && n % 100 < 14;
  return `${n}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th')}`;
}
