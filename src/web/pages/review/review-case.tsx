import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { countOf } from '../../../core/count-of.ts';
import { isPersonal, type Proposal } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { LongName } from '../../components/long-name.tsx';
import { attempt, messageOf } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { addShortcuts } from '../../state/shortcuts.ts';
import { acceptProposal, rejectProposal, replaceByProposal, undoOn } from '../../state/verdicts.ts';
import { CorrectHere } from './correct-here.tsx';
import { ReviewSlice } from './review-slice.tsx';

/** Slices shown at first, and with every asking for more. */
const SHOWN = 12;

type Order = 'doubt' | 'slice';

/** The proposals for one scan, as they were when it was opened: other weights are shown when a person asks for them. */
export function ReviewCase({ session, id }: { readonly session: Session; readonly id: string }) {
  const [proposal, setProposal] = useState<Proposal>();
  const [problem, setProblem] = useState<string>();
  const [order, setOrder] = useState<Order>('doubt');
  const [shown, setShown] = useState(SHOWN);
  const [chosen, setChosen] = useState(0);
  const [corrected, setCorrected] = useState<number>();
  const seen = useRef(new Set<number>());
  const [seenCount, setSeenCount] = useState(0);
  const load = async () => {
    seen.current.clear();
    setSeenCount(0);
    setProblem(undefined);
    await session.proposal(id).then(setProposal, (error) => setProblem(messageOf(error)));
  };
  useEffect(() => {
    void load();
  }, [session, id]);

  const item = session.case(id);
  const states = item?.slices ?? [];
  const slices = proposal === undefined ? [] : inOrder(proposal, order);
  const visible = slices.slice(0, shown);
  const unlabelled = visible.filter((slice) => seen.current.has(slice) && states[slice] === 'unlabelled');
  const accept = (slice: number) => attempt(() => acceptProposal(session, proposal as Proposal, [slice]));
  const replace = (slice: number) => attempt(() => replaceByProposal(session, proposal as Proposal, slice));
  const reject = (slice: number) => attempt(() => rejectProposal(session, proposal as Proposal, slice));
  const correct = (slice: number) =>
    attempt(async () => {
      if (!isPersonal(states[slice] ?? 'unlabelled')) await acceptProposal(session, proposal as Proposal, [slice]);
      setCorrected(slice);
    });
  // With what is shown, not a moment later: a key acts on the slice that a person sees as chosen.
  useLayoutEffect(() => {
    const slice = visible[chosen];
    // Who has gone on to another slice meanwhile stays there.
    const walk = (by: number) => () =>
      setChosen((now) => (now === chosen ? Math.min(Math.max(0, chosen + by), visible.length - 1) : now));
    const act = (work: (at: number) => unknown) => () => {
      if (slice !== undefined && corrected === undefined) work(slice);
    };
    return addShortcuts({
      title: 'Review',
      shortcuts: [
        { keys: ['ArrowRight', 'j'], about: 'Next slice', act: walk(1) },
        { keys: ['ArrowLeft', 'k'], about: 'Slice before', act: walk(-1) },
        { keys: ['a'], about: 'Accept', act: act((at) => void accept(at).then(walk(1))) },
        { keys: ['r'], about: 'Reject', act: act((at) => void reject(at).then(walk(1))) },
        { keys: ['c'], about: 'Correct here', act: act((at) => void correct(at)) },
        { keys: ['Ctrl+z'], about: 'Undo', act: () => void attempt(() => undoOn(session, id, 'undo')) },
        { keys: ['Ctrl+y', 'Ctrl+Shift+z'], about: 'Redo', act: () => void attempt(() => undoOn(session, id, 'redo')) },
      ],
    });
  });
  if (proposal === undefined || item?.measures === undefined) {
    return <p class="muted">{problem ?? `The model is looking at ${id}…`}</p>;
  }
  const isFlat = item.slices.length === 1;
  const { proposes } = session.runs.value;
  const isGone = session.runs.value.runs.every((run) => run.id !== proposal.run);
  const isOld = proposes !== undefined && (proposes.run !== proposal.run || proposes.step !== proposal.step);
  return (
    <section class="column" style={{ gap: '12px' }} aria-label={`Proposal for ${id}`} data-case={id}>
      <div class="row wrap">
        <h2 class="scan-title">
          <LongName text={id} />
        </h2>
        {!isFlat && (
          <label class="row small">
            Order
            <select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>
              <option value="doubt">least sure first</option>
              <option value="slice">as they lie in the body</option>
            </select>
          </label>
        )}
        <UndoButton session={session} id={id} way="undo" />
        <UndoButton session={session} id={id} way="redo" />
        <button
          type="button"
          class="button"
          disabled={unlabelled.length === 0}
          onClick={() => void attempt(() => acceptProposal(session, proposal, unlabelled))}
        >
          <Icon name="check" size={16} /> Accept{' '}
          {unlabelled.length === 0 ? 'slices' : countOf(unlabelled.length, 'slice')} you have seen
        </button>
      </div>
      {problem !== undefined && (
        <p class="card small" role="alert">
          {problem}
        </p>
      )}
      {isGone && (
        <p class="card small row" role="status">
          <span class="grow">
            {proposal.run} was removed. What it proposed can be looked at, but no longer accepted.
          </span>
          <button type="button" class="button" onClick={() => void load()}>
            Show other proposals
          </button>
        </p>
      )}
      {isOld && !isGone && (
        <p class="card small row">
          <span class="grow">
            These are proposals of {proposal.run}, step {proposal.step}. {proposes.run} proposes by now
            {proposes.run === proposal.run ? ', with better weights' : ''}.
          </span>
          <button type="button" class="button" onClick={() => void load()}>
            Show them
          </button>
        </p>
      )}
      <ul class="review-slices">
        {visible.map((slice, i) => (
          <ReviewSlice
            key={slice}
            session={session}
            proposal={proposal}
            slice={slice}
            item={item}
            {...(isFlat && { title: id })}
            isChosen={i === chosen}
            onAccept={() => void accept(slice)}
            onReplace={() => void replace(slice)}
            onReject={() => void reject(slice)}
            onCorrect={() => void correct(slice)}
            onChoose={() => setChosen(i)}
            onSeen={() => {
              seen.current.add(slice);
              setSeenCount(seen.current.size);
            }}
          >
            {corrected === slice && (
              <CorrectHere session={session} id={id} slice={slice} onDone={() => setCorrected(undefined)} />
            )}
          </ReviewSlice>
        ))}
      </ul>
      {shown < slices.length && (
        <button type="button" class="button" data-seen={seenCount} onClick={() => setShown(shown + SHOWN)}>
          Show more of {slices.length} slices
        </button>
      )}
    </section>
  );
}

function UndoButton({
  session,
  id,
  way,
}: {
  readonly session: Session;
  readonly id: string;
  readonly way: 'undo' | 'redo';
}) {
  const action = session.case(id)?.[way];
  const text = way === 'undo' ? 'Undo' : 'Redo';
  return (
    <button
      type="button"
      class="button"
      disabled={action === undefined}
      title={action === undefined ? text : `${text}: ${action.name}`}
      onClick={() => void attempt(() => undoOn(session, id, way))}
    >
      <Icon name={way} size={16} /> {text}
    </button>
  );
}

/** Along the body; or slices on which something is proposed before those without, most doubted first. */
function inOrder({ slices }: Proposal, order: Order): number[] {
  const all = slices.map(({ doubt, foreground }, slice) => ({ slice, doubt, isFull: foreground > 0 }));
  if (order === 'doubt') all.sort((a, b) => Number(b.isFull) - Number(a.isFull) || b.doubt - a.doubt);
  return all.map(({ slice }) => slice);
}
