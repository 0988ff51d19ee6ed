import { useEffect, useState } from 'preact/hooks';
import { isPersonal, type Proposal } from '../../../studio/api/index.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { acceptProposal, rejectProposal, replaceByProposal } from '../../state/verdicts.ts';
import { CorrectHere } from './correct-here.tsx';
import { ReviewSlice } from './review-slice.tsx';

/** Pictures on one page. */
const SHOWN = 12;

/** Collections of single pictures side by side, a page at a time, so that none moves while it is judged. */
export function ReviewGrid(props: {
  readonly session: Session;
  readonly order: readonly string[];
  readonly run: string;
}) {
  const { session, order, run } = props;
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(order.length / SHOWN));
  const shown = order.slice(page * SHOWN, (page + 1) * SHOWN);
  return (
    <section class="column" style={{ gap: '12px' }} aria-label="Proposals">
      <ul class="review-slices">
        {shown.map((id) => (
          <PictureCard key={`${id} ${run}`} session={session} id={id} />
        ))}
      </ul>
      <div class="row">
        <button type="button" class="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
          Pictures before
        </button>
        <span class="grow small muted">
          Page {page + 1} of {pages}
        </span>
        <button type="button" class="button" disabled={page + 1 >= pages} onClick={() => setPage(page + 1)}>
          Next pictures
        </button>
      </div>
    </section>
  );
}

function PictureCard({ session, id }: { readonly session: Session; readonly id: string }) {
  const [proposal, setProposal] = useState<Proposal>();
  const [isCorrected, setCorrected] = useState(false);
  useEffect(() => {
    void attempt(async () => setProposal(await session.proposal(id)));
  }, [session, id]);
  const item = session.case(id);
  if (proposal === undefined || item?.measures === undefined) {
    return (
      <li class="review-slice" data-case={id}>
        <p class="muted small">The model is looking at {id}…</p>
      </li>
    );
  }
  const correct = async () => {
    if (!isPersonal(item.slices[0] ?? 'unlabelled')) await acceptProposal(session, proposal, [0]);
    setCorrected(true);
  };
  return (
    <ReviewSlice
      session={session}
      proposal={proposal}
      slice={0}
      item={item}
      title={id}
      isChosen={false}
      onAccept={() => void attempt(() => acceptProposal(session, proposal, [0]))}
      onReplace={() => void attempt(() => replaceByProposal(session, proposal, 0))}
      onReject={() => void attempt(() => rejectProposal(session, proposal, 0))}
      onCorrect={() => void attempt(correct)}
    >
      {isCorrected && <CorrectHere session={session} id={id} slice={0} onDone={() => setCorrected(false)} />}
    </ReviewSlice>
  );
}
