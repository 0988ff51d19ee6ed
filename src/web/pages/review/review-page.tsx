import { useEffect, useState } from 'preact/hooks';
import { isLabel, type StudioCase } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { go, replaceRoute, route, routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { useStableOrder } from '../../state/stable-order.ts';
import { ReviewCase } from './review-case.tsx';
import { ReviewGrid } from './review-grid.tsx';

/** The model's proposals, scan by scan: accepted ones become labels, with where they come from. The scan that is looked at stays until a person leaves it. */
export function ReviewPage({ session }: { readonly session: Session }) {
  const [sorted, setSorted] = useState(0);
  const model = session.model.value;
  const ready = session.project.value?.cases.filter(({ state }) => state === 'ready') ?? [];
  const ranked = session.ranking.value?.items.map((item) => item.case) ?? [];
  const open = [...ready].sort((a, b) => place(ranked, a) - place(ranked, b)).map(({ id }) => id);
  const order = useStableOrder(open, String(sorted));
  const isFlat = ready.length > 0 && ready.every(({ slices }) => slices.length === 1);
  const asked = route.value.subject;
  const chosen = asked !== undefined && session.case(asked) !== undefined ? asked : order[0];
  useEffect(() => {
    // Pinned in the address: what is ranked anew meanwhile takes nobody elsewhere.
    if (!isFlat && chosen !== undefined && chosen !== asked) replaceRoute({ page: 'review', subject: chosen });
  }, [isFlat, chosen, asked]);
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
  const { proposes } = session.runs.value;
  return (
    <div class="page-body">
      <div class="page-head">
        <div class="grow">
          <h1>Review</h1>
          <p class="muted">
            {model.id} proposes{proposes === undefined ? '' : `: ${proposes.because}`}. What you accept becomes a label.
            What you have drawn stays.
          </p>
        </div>
        <button type="button" class="button" onClick={() => setSorted(sorted + 1)}>
          Sort again
        </button>
      </div>
      {isFlat ? (
        <ReviewGrid session={session} order={order} run={model.id} />
      ) : (
        <div class="review">
          <ScanList session={session} order={order} chosen={chosen} />
          {chosen !== undefined && <ReviewCase key={chosen} session={session} id={chosen} />}
        </div>
      )}
    </div>
  );
}

/** Scans that were ranked first, then those without labels, then all others. */
function place(ranked: readonly string[], { id, slices }: StudioCase): number {
  const found = ranked.indexOf(id);
  if (found >= 0) return found;
  return ranked.length + (slices.every(isLabel) ? 2 : slices.some(isLabel) ? 1 : 0);
}

function ScanList(props: {
  readonly session: Session;
  readonly order: readonly string[];
  readonly chosen: string | undefined;
}) {
  const { session, order, chosen } = props;
  return (
    <nav class="card column" aria-label="Scans to review">
      {order.map((id) => {
        const slices = session.case(id)?.slices ?? [];
        const labelled = slices.filter(isLabel).length;
        return (
          <a
            key={id}
            class="button plain"
            href={routeHash({ page: 'review', subject: id })}
            onClick={(event) => {
              event.preventDefault();
              go({ page: 'review', subject: id });
            }}
            {...(id === chosen ? { 'aria-current': 'page' as const } : {})}
          >
            <span class="grow ellipsis" title={id}>
              {id}
            </span>
            <span class="small muted number">
              {labelled} / {slices.length}
            </span>
          </a>
        );
      })}
    </nav>
  );
}
