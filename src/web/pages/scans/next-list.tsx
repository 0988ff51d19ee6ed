import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';

/** What to label next, and why. */
export function NextList({ session }: { readonly session: Session }) {
  const ranking = session.ranking.value;
  const items = ranking?.items ?? [];
  // Which have labels is known when they have been read.
  const isReading = session.project.value?.cases.some(({ state }) => state === 'unread') === true;
  return (
    <section class="card" aria-labelledby="next-title">
      <header>
        <h2 id="next-title" class="grow">
          Label next
        </h2>
        {ranking?.run !== undefined && ranking.looked < ranking.of && (
          <span class="badge live number">
            looked at {ranking.looked} of {ranking.of}
          </span>
        )}
      </header>
      {items.length === 0 ? (
        <p class="muted small">{ranking === undefined || isReading ? 'Being worked out…' : 'Every scan has labels.'}</p>
      ) : (
        <ol class="next">
          {items.map((item, i) => {
            const [first] = item.slices;
            return (
              <li key={item.case}>
                <a href={routeHash({ page: 'label', subject: item.case, ...(first && { slice: first.slice }) })}>
                  <span class="muted number">{i + 1}</span>
                  <span class="row">
                    <strong class="grow ellipsis" title={item.case}>
                      {item.case}
                    </strong>
                    {first && (session.case(item.case)?.slices.length ?? 0) > 1 && (
                      <span class="badge number">slice {first.slice + 1}</span>
                    )}
                  </span>
                  <span class="reason">{item.reason}</span>
                </a>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
