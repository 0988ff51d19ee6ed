import { isLabel, type Provenance } from '../../studio/api/index.ts';
import { notify } from '../state/notices.ts';
import { go } from '../state/route.ts';
import type { Session } from '../state/session.ts';
import type { Annotation } from './annotation.ts';

/** Takes the model's proposal for a slice as its label, to be corrected or left as it is. */
export function acceptSlice(open: Annotation): void {
  acceptSlices(open, [open.slice]);
}

/** Takes the proposal for every slice that has no label, and was not rejected. */
export function acceptCase(open: Annotation): void {
  const slices = open.states.value.flatMap((state, z) => (state === 'unlabelled' ? [z] : []));
  acceptSlices(open, slices);
}

function acceptSlices(open: Annotation, slices: readonly number[]): void {
  const { proposal } = open;
  const run = proposal.info.value?.run;
  if (run === undefined) {
    notify('There is no proposal yet: train first, or load a model.');
    return;
  }
  const state: Provenance = 'accepted';
  const changes = slices.flatMap((slice) => {
    const labels = proposal.mask(slice);
    return labels === undefined ? [] : [{ slice, after: { labels: labels.slice(), state } }];
  });
  if (changes.length < slices.length) notify('Some of the proposal is still being loaded; accept again in a moment.');
  open.change('accept', changes, run);
}

/** Refuses the proposal for the slice: it has no label, and is asked for again sooner. */
export function rejectSlice(open: Annotation): void {
  const run = open.proposal.info.value?.run;
  if (run === undefined) {
    notify('There is no proposal to reject.');
    return;
  }
  const labels = new Uint8Array(open.measures.shape[1] * open.measures.shape[2]);
  open.change('reject', [{ slice: open.slice, after: { labels, state: 'rejected' } }], run);
}

/** Takes the label of the slice away. */
export function clearSlice(open: Annotation): void {
  const labels = new Uint8Array(open.measures.shape[1] * open.measures.shape[2]);
  open.change('clear', [{ slice: open.slice, after: { labels, state: 'unlabelled' } }]);
}

/** Says of a slice that nothing of what is sought is on it: that is a label, too. */
export function markEmpty(open: Annotation): void {
  const labels = new Uint8Array(open.measures.shape[1] * open.measures.shape[2]);
  open.change('empty', [{ slice: open.slice, after: { labels, state: 'drawn' } }]);
}

export function interpolateHere(open: Annotation): void {
  const count = open.interpolate();
  if (count === 0) notify('Go to a slice without label that lies between two labelled ones.');
  else notify(`${count} slice${count === 1 ? '' : 's'} filled in between; look them over.`);
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
