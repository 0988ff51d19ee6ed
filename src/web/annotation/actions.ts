import { countOf } from '../../core/count-of.ts';
import { isLabel, isPersonal } from '../../studio/api/index.ts';
import { attempt, notify } from '../state/notices.ts';
import { go } from '../state/route.ts';
import type { Session } from '../state/session.ts';
import { acceptProposal, rejectProposal } from '../state/verdicts.ts';
import type { Annotation } from './annotation.ts';
import { fillBetween } from './fill-between.ts';
import { tellLoading } from './tell.ts';

/** Takes the model's proposal for a slice as its label, to be corrected or left as it is. */
export function acceptSlice(session: Session, open: Annotation): void {
  const proposal = proposalOf(open);
  if (proposal !== undefined) void judge(open, () => acceptProposal(session, proposal, [open.slice]));
}

/** Takes the proposal for every slice that has no label, and was not rejected. */
export function acceptCase(session: Session, open: Annotation): void {
  const proposal = proposalOf(open);
  if (proposal === undefined) return;
  const slices = open.states.value.flatMap((state, z) => (state === 'unlabelled' ? [z] : []));
  if (slices.length === 0) notify('Every slice has a label, or was rejected.');
  else void judge(open, () => acceptProposal(session, proposal, slices));
}

/** Refuses the proposal for the slice: it has no label, and is asked for again sooner. */
export function rejectSlice(session: Session, open: Annotation): void {
  const proposal = proposalOf(open);
  if (proposal !== undefined) void judge(open, () => rejectProposal(session, proposal, open.slice));
}

function proposalOf(open: Annotation) {
  const proposal = open.proposal.info.value;
  if (proposal === undefined) notify('There is no proposal yet: train first, or load a model.');
  return proposal;
}

/** Whether the slice is on screen; else a person is told. */
function isThere(open: Annotation): boolean {
  if (open.isReady(open.slice)) return true;
  tellLoading(open.slice);
  return false;
}

/** Strokes that are on their way go first. */
async function judge(open: Annotation, verdict: () => Promise<void>): Promise<void> {
  await attempt(async () => {
    await open.saving.settled();
    await verdict();
  });
}

/** Takes the label of the slice away. */
export function clearSlice(open: Annotation): void {
  if (!isThere(open)) return;
  if (isPersonal(open.state) || open.state !== 'unlabelled') {
    open.change('remove label', 'unlabelled', [{ slice: open.slice }]);
  }
}

/** Says of a slice that nothing of what is sought is on it: that is a label, too. */
export function markEmpty(open: Annotation): void {
  if (!isThere(open)) return;
  const labels = new Uint8Array(open.measures.shape[1] * open.measures.shape[2]);
  open.change('mark empty', 'drawn', [{ slice: open.slice, labels }]);
}

export function interpolateHere(open: Annotation): void {
  const count = fillBetween(open);
  if (count === undefined) notify('The labelled slices beside it are still loading.');
  else if (count === 0) notify('Go to a slice without label that lies between two labelled ones.');
  else notify(`${countOf(count, 'slice')} filled in between; look them over.`);
}

/** Goes to what is to be labelled next: the next suggested slice of this case, else the first suggested case. */
export function goToNext(session: Session, open: Annotation | undefined): void {
  const items = session.ranking.value?.items ?? [];
  const here = items.find((item) => item.case === open?.id);
  const slice = here?.slices.find(
    ({ slice: z }) => z !== open?.slice && !isLabel(open?.states.value[z] ?? 'unlabelled'),
  );
  const other = items.find((item) => item.case !== open?.id);
  if (here !== undefined && slice !== undefined) go({ page: 'label', subject: here.case, slice: slice.slice });
  else if (other !== undefined) {
    go({ page: 'label', subject: other.case, ...(other.slices[0] && { slice: other.slices[0].slice }) });
  } else notify('Every scan has labels.');
}
