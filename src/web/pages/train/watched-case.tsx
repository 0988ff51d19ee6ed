import { useEffect, useState } from 'preact/hooks';
import type { Proposal } from '../../../studio/api/index.ts';
import { SlicePicture } from '../../components/slice-picture.tsx';
import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { useSlice } from '../../state/use-slice.ts';

/** One slice with the proposal over it. */
function ProposalPicture(props: { readonly session: Session; readonly proposal: Proposal; readonly slice: number }) {
  const { session, proposal, slice } = props;
  const { intensities, proposed } = useSlice(session, proposal, slice, undefined);
  const measures = session.case(proposal.case)?.measures;
  if (measures === undefined) return null;
  const name = `Proposal for slice ${slice + 1} of ${proposal.case}`;
  return <SlicePicture {...{ session, measures, slice, intensities, name }} mask={proposed} />;
}

/** The newest pseudo-label of a case that the training shows, on the slice where it proposes most. */
export function WatchedCase({
  session,
  id,
  run,
  step,
}: {
  readonly session: Session;
  readonly id: string;
  readonly run: string;
  readonly step: number;
}) {
  const [proposal, setProposal] = useState<Proposal>();
  useEffect(() => {
    let closed = false;
    session
      .proposal(id, run)
      .then((found) => closed || setProposal(found))
      .catch(() => undefined);
    return () => {
      closed = true;
    };
  }, [session, id, run, step]);
  if (proposal === undefined) return <p class="muted small">{id}: being looked at…</p>;
  const slice = fullest(proposal);
  return (
    <a
      href={routeHash({ page: 'review', subject: id })}
      class="column"
      style={{ color: 'inherit', textDecoration: 'none' }}
    >
      <ProposalPicture session={session} proposal={proposal} slice={slice} />
      <span class="small">
        {id}{' '}
        <span class="muted number">
          slice {slice + 1}, step {proposal.step}, doubt {proposal.doubt.toFixed(3)}
        </span>
      </span>
    </a>
  );
}

/** The slice with the most foreground; the middle one when there is none. */
function fullest({ slices }: Proposal): number {
  const sizes = slices.map(({ foreground }) => foreground);
  const most = Math.max(...sizes);
  return most === 0 ? Math.floor(sizes.length / 2) : sizes.indexOf(most);
}
