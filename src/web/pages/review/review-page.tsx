import { useEffect, useState } from 'preact/hooks';
import { isLabel, type Proposal } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { attempt } from '../../state/notices.ts';
import { go, route, routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { addShortcuts } from '../../state/shortcuts.ts';
import { ReviewSlice } from './review-slice.tsx';

/** Slices shown at first, and with every asking for more. */
const SHOWN = 12;

/** The model's pseudo-labels, case by case: accepted ones become labels, with where they come from. */
export function ReviewPage({ session }: { readonly session: Session }) {
  const model = session.model.value;
  const ranked = session.ranking.value?.items.map((item) => item.case) ?? [];
  const ready = session.project.value?.cases.filter(({ state }) => state === 'ready') ?? [];
  const open = ready.filter(({ slices }) => !slices.every(isLabel));
  const order = [...open].sort((a, b) => place(ranked, a.id) - place(ranked, b.id));
  const chosen = route.value.subject ?? order[0]?.id;
  if (model === undefined) {
    return (
      <div class="empty">
        <Icon name="sparkle" size={32} />
        <p>There is no model yet that could propose labels. Train one, or load one under Runs.</p>
        <a class="button primary" href={routeHash({ page: 'train' })}>
          Train
        </a>
      </div>
    );
  }
  return (
    <div class="page-body">
      <div class="page-head">
        <div class="grow">
          <h1>Review</h1>
          <p class="muted">
            Pseudo-labels of {model.id}. Accepted ones become labels, and are kept apart from what you have drawn.
          </p>
        </div>
      </div>
      <div class="review">
        <nav class="card column" aria-label="Scans to review">
          {order.map((item) => (
            <a
              key={item.id}
              class="button plain"
              style={{ justifyContent: 'flex-start' }}
              href={routeHash({ page: 'review', subject: item.id })}
              {...(item.id === chosen ? { 'aria-current': 'page' as const } : {})}
            >
              <span class="grow" style={{ overflow: 'hidden', textOverflow: 'ellipsis', textAlign: 'left' }}>
                {item.id}
              </span>
              {item.slices.some((state) => state === 'rejected') && <span class="badge bad">rejected</span>}
            </a>
          ))}
          {order.length === 0 && <p class="muted small">Every slice of every scan has a label.</p>}
        </nav>
        {chosen !== undefined && (
          <ReviewCase key={`${chosen} ${model.id} ${model.best?.step}`} session={session} id={chosen} run={model.id} />
        )}
      </div>
    </div>
  );
}

function place(ranked: readonly string[], id: string): number {
  const found = ranked.indexOf(id);
  return found < 0 ? ranked.length : found;
}

function ReviewCase({ session, id, run }: { readonly session: Session; readonly id: string; readonly run: string }) {
  const [proposal, setProposal] = useState<Proposal>();
  const [shown, setShown] = useState(SHOWN);
  const [chosen, setChosen] = useState(0);
  const states = session.case(id)?.slices ?? [];
  useEffect(() => {
    void attempt(async () => setProposal(await session.proposal(id, run)));
  }, [session, id, run]);

  const accept = (slice: number) =>
    attempt(async () => {
      const range = { case: id, first: slice, count: 1 };
      const body = await session.studio.ask('proposalMask', { ...range, run });
      session.updateCase(await session.studio.ask('saveMask', { ...range, provenance: 'accepted', run, body }));
    });
  const reject = (slice: number) =>
    attempt(async () =>
      session.updateCase(await session.studio.ask('reject', { case: id, first: slice, count: 1, run })),
    );
  const slices = proposal === undefined ? [] : byDoubt(proposal);
  const acceptAll = () =>
    attempt(async () => {
      for (const slice of slices) if (states[slice] === 'unlabelled') await accept(slice);
    });
  useEffect(() => {
    const slice = slices[chosen];
    const walk = (by: number) => () =>
      setChosen(Math.min(Math.max(0, chosen + by), Math.min(shown, slices.length) - 1));
    const act = (work: (at: number) => unknown) => () => {
      if (slice !== undefined) work(slice);
    };
    return addShortcuts({
      title: 'Review',
      shortcuts: [
        { keys: ['ArrowRight', 'j'], about: 'Next slice', act: walk(1) },
        { keys: ['ArrowLeft', 'k'], about: 'Slice before', act: walk(-1) },
        { keys: ['a'], about: 'Accept', act: act((at) => void accept(at).then(walk(1))) },
        { keys: ['r'], about: 'Reject', act: act((at) => void reject(at).then(walk(1))) },
        { keys: ['c'], about: 'Correct', act: act((at) => go({ page: 'label', subject: id, slice: at })) },
      ],
    });
  });
  if (proposal === undefined) return <p class="muted">The model is looking at {id}…</p>;
  return (
    <section class="column" style={{ gap: '12px' }} aria-label={`Proposal for ${id}`}>
      <div class="row">
        <h2 class="grow">
          {id} <span class="muted number">mean doubt {proposal.doubt.toFixed(3)}, most doubted slices first</span>
        </h2>
        <button type="button" class="button" onClick={() => void acceptAll()}>
          <Icon name="check" size={16} /> Accept all without label
        </button>
      </div>
      <ul class="review-slices">
        {slices.slice(0, shown).map((slice, i) => (
          <ReviewSlice
            key={slice}
            session={session}
            proposal={proposal}
            slice={slice}
            state={states[slice] ?? 'unlabelled'}
            isChosen={i === chosen}
            onAccept={() => void accept(slice)}
            onReject={() => void reject(slice)}
            onChoose={() => setChosen(i)}
          />
        ))}
      </ul>
      {shown < slices.length && (
        <button type="button" class="button" onClick={() => setShown(shown + SHOWN)}>
          Show more of {slices.length} slices
        </button>
      )}
    </section>
  );
}

/** Slices on which something is proposed before those without, most doubted first. */
function byDoubt({ slices }: Proposal): number[] {
  return slices
    .map(({ doubt, foreground }, slice) => ({ slice, doubt, isFull: foreground > 0 }))
    .sort((a, b) => Number(b.isFull) - Number(a.isFull) || b.doubt - a.doubt)
    .map(({ slice }) => slice);
}
