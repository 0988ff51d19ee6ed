import { smallestOf } from '../../core/lists.ts';
import { spread } from '../../core/spread.ts';
import { isLabel, type Proposal, type Ranking, type StudioCase } from '../api/index.ts';
import { type Chosen, cover } from './coverage.ts';
import { unlikeness } from './look.ts';
import { reasonForFirst, reasonForScan, reasonForSlice } from './reasons.ts';
import { REJECTED } from './rejected.ts';
import { placeOf, suggestedSlices } from './slices.ts';

type Ranked = Ranking['items'][number];

/** What is known of cases, by their ids. */
export interface Knowledge {
  /** Of one model. */
  readonly proposals: ReadonlyMap<string, Proposal>;
  /** What the scans look like. */
  readonly looks: ReadonlyMap<string, readonly number[]>;
  /** Dice of the model's validation; undefined where nobody has measured it. */
  readonly dice?: number | undefined;
}

/** How far the doubt of a model is trusted whose Dice nobody knows. */
const UNKNOWN = 0.5;

/** How unlike a scan is whose look is not known: as two that have nothing to do with each other. */
const UNLIKE = Math.SQRT2;

/** Cases that are compared each with each: of ten thousand, that would take a hundred million comparisons. */
const MOST_COMPARED = 800;

/**
 * What to label next: of the cases without labels those that stand for all that the model doubts. A case stands for those that look
 * like it and unlike what has labels or was chosen before it; each counts by its doubt, the more the better the model's
 * validation, since the doubt of a weak model says little. Without a model all count alike.
 */
export function rankCases(
  cases: readonly StudioCase[],
  { proposals, looks, dice }: Knowledge,
  count: number,
): Pick<Ranking, 'looked' | 'of' | 'items'> {
  const all = cases.filter(({ state, slices }) => state === 'ready' && !slices.some(isLabel));
  const doubts = new Map(all.flatMap((item) => doubtOf(item, proposals.get(item.id))));
  const open = someOf(all, doubts);
  const labelled = spread(
    cases.filter(({ slices }) => slices.some(isLabel)),
    MOST_COMPARED,
  );
  const looked = doubts.size;
  const trust = looked === 0 ? 0 : Math.min(1, Math.max(0, dice ?? UNKNOWN));
  const chosen = standIns(open, labelled, looks, count, {
    weights: weightsOf(open, doubts, trust),
    candidates: candidatesOf(open, doubts),
  });
  const ranks = [...doubts].sort(([, a], [, b]) => b - a).map(([id]) => id);
  const places: number[] = [];
  const items = chosen.map(({ item: i, standsFor }): Ranked => {
    const item = open[i] as StudioCase;
    const proposal = proposals.get(item.id);
    if (proposal === undefined) return first(item, standsFor);
    const doubt = doubts.get(item.id) as number;
    const slices = suggestedSlices(item, proposal, places);
    if (slices[0] !== undefined) places.push(placeOf(slices[0], proposal.slices.length));
    const rejected = item.slices.filter((state) => state === 'rejected').length;
    return {
      case: item.id,
      doubt,
      reason: reasonForScan({ rank: ranks.indexOf(item.id), of: looked, standsFor, rejected, dice }),
      slices: slices.map((slice) => {
        const { doubt: own, foreground } = proposal.slices[slice] as Proposal['slices'][number];
        return { slice, doubt: own, reason: reasonForSlice(foreground) };
      }),
    };
  });
  return { looked, of: all.length, items };
}

/** The cases that are compared with one another: where there are too many, those most doubted and an even part of the others. */
function someOf(all: readonly StudioCase[], doubts: ReadonlyMap<string, number>): readonly StudioCase[] {
  if (all.length <= MOST_COMPARED) return all;
  const doubtOfCase = ({ id }: StudioCase) => doubts.get(id) ?? Number.NEGATIVE_INFINITY;
  const order = doubts.size === 0 ? all : all.toSorted((a, b) => doubtOfCase(b) - doubtOfCase(a));
  const first = MOST_COMPARED / 2;
  const most = doubts.size === 0 ? [] : order.slice(0, first);
  return [...most, ...spread(order.slice(most.length), MOST_COMPARED - most.length)];
}

/** The doubt of a case, which counts more the more of its slices were rejected. */
function doubtOf({ id, slices: states }: StudioCase, proposal: Proposal | undefined): [string, number][] {
  if (proposal === undefined) return [];
  const rejected = states.filter((state) => state === 'rejected').length / Math.max(1, states.length);
  return [[id, proposal.doubt * (1 + (REJECTED - 1) * rejected)]];
}

/** How much each case counts: 1 on average; one that the model has not looked at yet, as the average. */
function weightsOf(open: readonly StudioCase[], doubts: ReadonlyMap<string, number>, trust: number): number[] {
  const mean = [...doubts.values()].reduce((sum, doubt) => sum + doubt, 0) / Math.max(1, doubts.size);
  return open.map(({ id }) => {
    const doubt = doubts.get(id);
    return doubt === undefined || mean === 0 ? 1 : 1 - trust + (trust * doubt) / mean;
  });
}

/** Cases that the model has looked at, most doubted first, so that of equal ones it is chosen; without a model all. */
function candidatesOf(open: readonly StudioCase[], doubts: ReadonlyMap<string, number>): number[] {
  const doubtAt = (i: number) => doubts.get((open[i] as StudioCase).id);
  if (doubts.size === 0) return [...open.keys()];
  const looked = [...open.keys()].filter((i) => doubtAt(i) !== undefined);
  return looked.sort((a, b) => (doubtAt(b) as number) - (doubtAt(a) as number));
}

function standIns(
  open: readonly StudioCase[],
  labelled: readonly StudioCase[],
  looks: Knowledge['looks'],
  count: number,
  { weights, candidates }: { readonly weights: readonly number[]; readonly candidates: readonly number[] },
): Chosen[] {
  const between = (a: string, b: string) => {
    const [one, other] = [looks.get(a), looks.get(b)];
    return one === undefined || other === undefined ? UNLIKE : unlikeness(one, other);
  };
  const known = new Float32Array(open.length ** 2).fill(Number.NaN);
  const distance = (a: number, b: number) => {
    if (a === b) return 0;
    const key = Math.min(a, b) * open.length + Math.max(a, b);
    if (Number.isNaN(known[key])) known[key] = between((open[a] as StudioCase).id, (open[b] as StudioCase).id);
    return known[key] as number;
  };
  const covered = open.map(({ id }) =>
    smallestOf(
      labelled.map((other) => between(id, other.id)),
      UNLIKE,
    ),
  );
  return cover({ weights, distance, covered }, candidates, count);
}

function first({ id, slices }: StudioCase, standsFor: number): Ranked {
  const middle = Math.floor(slices.length / 2);
  return {
    case: id,
    doubt: null,
    reason: reasonForFirst(standsFor),
    slices: [{ slice: middle, doubt: null, reason: 'The middle of the scan.' }],
  };
}
