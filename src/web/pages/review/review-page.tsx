import { useEffect, useMemo, useState } from 'preact/hooks';
import { isLabel, type StudioCase } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { reviewFirst, showAllInReview } from '../../state/review-first.ts';
import { replaceRoute, route, routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { useStableOrder } from '../../state/stable-order.ts';
import { ReviewCase } from './review-case.tsx';
import { ReviewGrid } from './review-grid.tsx';
import { ScanList } from './scan-list.tsx';

/** The model's proposals, scan by scan: accepted ones become labels, with where they come from. The scan that is looked at stays until a person leaves it. */
export function ReviewPage({ session }: { readonly session: Session }) {
  const [sorting, setSorting] = useState(0);
  const model = session.model.value;
  const cases = session.project.value?.cases;
  const ranking = session.ranking.value;
  const ready = useMemo(() => (cases ?? []).filter(({ state }) => state === 'ready'), [cases]);
  const sorted = useMemo(() => inReviewOrder(ready, ranking?.items.map((item) => item.case) ?? []), [ready, ranking]);
  const all = useStableOrder(sorted, String(sorting));
  const isFlat = ready.length > 0 && ready.every(({ slices }) => slices.length === 1);
  const asked = route.value.subject;
  const first = reviewFirst.value?.filter((id) => all.includes(id));
  // Who asks for another scan wants to see all of them.
  const isFirst = first !== undefined && first.length > 0 && (asked === undefined || first.includes(asked));
  const order = isFirst ? first : all;
  const chosen = asked !== undefined && session.case(asked) !== undefined ? asked : order[0];
  useEffect(() => {
    // Pinned in the address: what is ranked anew meanwhile takes nobody elsewhere.
    if (!isFlat && chosen !== undefined && chosen !== asked) replaceRoute({ page: 'review', subject: chosen });
  }, [isFlat, chosen, asked]);
  if (model === undefined) {
    return (
      <div class="page-body">
        <div class="page-head">
          <h1>Review</h1>
        </div>
        <div class="card empty">
          <Icon name="sparkle" size={32} />
          <p>There is no model yet that could propose labels. Train one, or load one under Runs.</p>
          <a class="button primary" href={routeHash({ page: 'train' })}>
            Train
          </a>
        </div>
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
            {isFirst && ` Listed here: the ${first.length === 1 ? 'scan' : `${first.length} scans`} to review first.`}
          </p>
        </div>
        {isFirst && (
          <button type="button" class="button" onClick={() => showAllInReview()}>
            Show all {all.length} scans
          </button>
        )}
        <button type="button" class="button" onClick={() => setSorting(sorting + 1)}>
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

/** Scans that are ranked, in their order, then those without labels, then all others. */
function inReviewOrder(ready: readonly StudioCase[], ranked: readonly string[]): string[] {
  const place = ({ id, slices }: StudioCase) => {
    const found = ranked.indexOf(id);
    if (found >= 0) return found;
    return ranked.length + (slices.every(isLabel) ? 2 : slices.some(isLabel) ? 1 : 0);
  };
  const places = new Map(ready.map((item) => [item.id, place(item)]));
  return ready.map(({ id }) => id).sort((a, b) => (places.get(a) as number) - (places.get(b) as number));
}
