import { useEffect, useState } from 'preact/hooks';
import { isPersonal, type Proposal } from '../../../studio/api/index.ts';
import { useWidth, VirtualRows } from '../../components/virtual-rows.tsx';
import { attempt, messageOf } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { acceptProposal, rejectProposal, replaceByProposal } from '../../state/verdicts.ts';
import { CorrectHere } from './correct-here.tsx';
import { ReviewSlice } from './review-slice.tsx';

/** Width of a card at least, and the gap between two, pixels. */
const [CARD, GAP] = [400, 12];

/** What stands on a card above and below its two square pictures, pixels. */
const AROUND = 130;

/** Milliseconds that a card has to be on screen before its proposal is asked for: those that only fly by cost nothing. */
const PATIENCE = 150;

/** Collections of single pictures side by side. Those on screen are in the page, and none moves while it is judged. */
export function ReviewGrid(props: {
  readonly session: Session;
  readonly order: readonly string[];
  readonly run: string;
}) {
  const { session, order, run } = props;
  const [element, width] = useWidth();
  const columns = Math.max(1, Math.floor((width + GAP) / (CARD + GAP)));
  const height = ((width - GAP * (columns - 1)) / columns) * 0.5 + AROUND;
  const idsOf = (row: number) => order.slice(row * columns, (row + 1) * columns);
  return (
    <div ref={element}>
      {width > 0 && (
        <VirtualRows
          count={Math.ceil(order.length / columns)}
          estimate={() => height}
          keyOf={(row) => `${run} ${idsOf(row).join(' ')}`}
          gap={GAP}
        >
          {(row) => (
            <ul class="case-row" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
              {idsOf(row).map((id) => (
                <PictureCard key={`${id} ${run}`} session={session} id={id} height={height} />
              ))}
            </ul>
          )}
        </VirtualRows>
      )}
    </div>
  );
}

/** @param height of the card while its proposal is not there, pixels */
function PictureCard({ session, id, height }: { readonly session: Session; readonly id: string; height: number }) {
  const [proposal, setProposal] = useState<Proposal>();
  const [problem, setProblem] = useState<string>();
  const [isCorrected, setCorrected] = useState(false);
  useEffect(() => {
    const ask = () => session.proposal(id).then(setProposal, (error) => setProblem(messageOf(error)));
    const timer = setTimeout(() => void ask(), PATIENCE);
    return () => clearTimeout(timer);
  }, [session, id]);
  const item = session.case(id);
  if (proposal === undefined || item?.measures === undefined) {
    return (
      <li class="review-slice" data-case={id} style={{ minHeight: `${height}px` }}>
        <p class="muted small">{problem ?? `The model is looking at ${id}…`}</p>
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
