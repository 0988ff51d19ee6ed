import type { EditedCase, Proposal } from '../../studio/api/index.ts';
import { attempt, notify } from './notices.ts';
import type { Session } from './session.ts';

/**
 * Makes what is proposed the label of slices. Slices that a person has labelled stay as they are unless the person then says
 * otherwise.
 */
export async function acceptProposal(session: Session, proposal: Proposal, slices: readonly number[]): Promise<void> {
  const { case: id, run, step } = proposal;
  const send = (chosen: readonly number[], keep: 'true' | 'false') =>
    session.studio.ask('acceptProposal', {
      ...{ case: id, slices: chosen.join(','), run, step, keep },
      base: session.case(id)?.revision,
    });
  const edited = await send(slices, 'true');
  session.updateCase(edited);
  offerTheRest(edited, 'Take the proposal all the same', async () =>
    session.updateCase(await send(edited.kept, 'false')),
  );
}

/** Makes what is proposed the label of a slice in the place of a person's own. It can be undone. */
export async function replaceByProposal(
  session: Session,
  { case: id, run, step }: Proposal,
  slice: number,
): Promise<void> {
  const base = session.case(id)?.revision;
  session.updateCase(await session.studio.ask('acceptProposal', { case: id, slices: String(slice), run, step, base }));
}

/** Takes back what was done to a case last, or does it again. */
export async function undoOn(session: Session, id: string, way: 'undo' | 'redo'): Promise<void> {
  await session.edits.of(id).settled();
  const action = session.case(id)?.[way]?.action;
  session.updateCase(await session.studio.ask(way, { case: id, action }));
}

/** Says that the proposal for a slice is wrong. A label of a person's stays. */
export async function rejectProposal(session: Session, { case: id, run }: Proposal, slice: number): Promise<void> {
  const edited = await session.studio.ask('editLabels', {
    ...{ case: id, name: 'reject', slices: String(slice), state: 'rejected', run, keep: 'true' },
    base: session.case(id)?.revision,
    body: new Uint8Array(),
  });
  session.updateCase(edited);
  if (edited.kept.length > 0)
    notify(`Slice ${slice + 1} of ${id} has a label of yours, which stays: there is nothing to reject.`);
}

/** Tells which slices were kept, and lets a person decide otherwise. */
export function offerTheRest({ id, kept }: EditedCase, label: string, act: () => Promise<void>): void {
  if (kept.length === 0) return;
  const slices = kept.length === 1 ? `Slice ${(kept[0] as number) + 1}` : `${kept.length} slices`;
  const verb = kept.length === 1 ? 'has a label of yours, which was kept' : 'have labels of yours, which were kept';
  notify(`${slices} of ${id} ${verb}.`, 'info', { label, act: () => void attempt(act) });
}
