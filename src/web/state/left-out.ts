import { countOf } from '../../core/count-of.ts';
import { isLabel, type StudioCase } from '../../studio/api/index.ts';
import { attempt, notify } from './notices.ts';
import type { Session } from './session.ts';

/** Removes a scan from the project; it can be put back as it was. */
export async function removeScan(session: Session, { id, slices }: StudioCase): Promise<void> {
  await attempt(async () => {
    session.project.value = await session.studio.ask('leaveOut', { case: id });
    const labelled = slices.filter(isLabel).length;
    const kept = labelled === 0 ? '' : `, with labels on ${countOf(labelled, 'slice')}`;
    notify(`${id} was removed from the project. Its files are kept${kept}.`, 'info', {
      label: 'Put it back',
      act: () => void putBack(session, id),
    });
  });
}

export async function putBack(session: Session, id: string): Promise<void> {
  await attempt(async () => {
    session.project.value = await session.studio.ask('putBack', { case: id });
  });
}
