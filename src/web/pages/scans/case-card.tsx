import { isLabel, type StudioCase } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { LongName } from '../../components/long-name.tsx';
import { Thumbnail } from '../../components/thumbnail.tsx';
import { removeScan } from '../../state/left-out.ts';
import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';

/** One scan: what it looks like, how far its labels are. */
export function CaseCard({ session, item }: { readonly session: Session; readonly item: StudioCase }) {
  const rejected = item.slices.filter((state) => state === 'rejected').length;
  const body = (
    <>
      <Thumbnail session={session} item={item} />
      <div class="about">
        <span class="name">
          <LongName text={item.id} />
        </span>
        <span class="small muted">{stateText(item)}</span>
        <span class="states" aria-hidden="true">
          {runsOf(item.slices).map(({ state, first, count }) => (
            <span key={first} class={`state-${state}`} style={{ flexGrow: count }} />
          ))}
        </span>
        {(item.notes.length > 0 || rejected > 0 || item.origin === 'uploaded') && (
          <span class="row wrap">
            {item.origin === 'uploaded' && <span class="badge">added here</span>}
            {rejected > 0 && <span class="badge bad">{rejected} rejected</span>}
            {item.notes.length > 0 && (
              <span class="badge warn" title={item.notes.join('. ')}>
                {item.notes.length === 1 ? '1 remark' : `${item.notes.length} remarks`}
              </span>
            )}
          </span>
        )}
      </div>
    </>
  );
  return (
    <div class="case-place">
      {item.state === 'ready' ? (
        <a class="case fade" href={routeHash({ page: 'label', subject: item.id })}>
          {body}
        </a>
      ) : (
        <div class="case">{body}</div>
      )}
      <button
        type="button"
        class="button plain icon case-remove"
        aria-label={`Remove ${item.id} from the project`}
        title="Remove from the project"
        onClick={() => void removeScan(session, item)}
      >
        <Icon name="cross" size={14} />
      </button>
    </div>
  );
}

/** Slices that follow one another in one state: a scan of hundreds has a few of them. */
function runsOf(slices: StudioCase['slices']) {
  const runs: { readonly state: StudioCase['slices'][number]; readonly first: number; count: number }[] = [];
  for (const [first, state] of slices.entries()) {
    const last = runs.at(-1);
    if (last?.state === state) last.count++;
    else runs.push({ state, first, count: 1 });
  }
  return runs;
}

function stateText({ state, problem, slices }: StudioCase): string {
  if (state === 'broken') return problem ?? 'cannot be read';
  if (state === 'unread') return 'not read yet';
  const labelled = slices.filter(isLabel).length;
  if (labelled === 0) return slices.length === 1 ? 'no label' : `no labels, ${slices.length} slices`;
  if (labelled === slices.length) return slices.length === 1 ? 'labelled' : `all ${labelled} slices labelled`;
  return `${labelled} of ${slices.length} slices labelled`;
}
