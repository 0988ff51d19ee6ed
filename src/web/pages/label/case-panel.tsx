import { useEffect, useState } from 'preact/hooks';
import { clearSlice, goToNext, markEmpty } from '../../annotation/actions.ts';
import type { Annotation } from '../../annotation/annotation.ts';
import { CaseFiles } from '../../components/case-files.tsx';
import { Icon } from '../../components/icon.tsx';
import { LongName } from '../../components/long-name.tsx';
import { STATE_NAMES } from '../../components/slice-ruler.tsx';
import type { Session } from '../../state/session.ts';

/** Which slice of which case is open, whether it is saved, and where to go from here. */
export function CasePanel({ session, open }: { readonly session: Session; readonly open: Annotation }) {
  const [slice] = open.cursor.value;
  const ranked = session.ranking.value?.items.find((item) => item.case === open.id);
  const hint = ranked?.slices.find((item) => item.slice === slice);
  open.version.value;
  const isThere = open.labels.get(slice) !== undefined && open.intensities.get(slice) !== undefined;
  return (
    <section aria-labelledby="case-title" data-shown={isThere ? `${open.id}/${slice}` : undefined}>
      <header>
        <h2 id="case-title">
          <LongName text={open.id} />
        </h2>
        <SaveBadge open={open} />
      </header>
      <p class="small muted">
        {open.measures.shape[0] > 1 && (
          <>
            Slice <span class="number">{slice + 1}</span> of {open.measures.shape[0]}:{' '}
          </>
        )}
        {STATE_NAMES[open.states.value[slice] ?? 'unlabelled']}
        {hint !== undefined && `. ${hint.reason}`}
      </p>
      <div class="row wrap">
        <button
          type="button"
          class="button"
          onClick={() => markEmpty(open)}
          title="Nothing of any class is on this slice"
        >
          Mark empty
        </button>
        <button type="button" class="button" onClick={() => clearSlice(open)}>
          Clear
        </button>
        <CaseFiles session={session} id={open.id} />
      </div>
      <button type="button" class="button primary" onClick={() => goToNext(session, open)}>
        Label next <Icon name="next" size={16} />
      </button>
    </section>
  );
}

function SaveBadge({ open }: { readonly open: Annotation }) {
  const status = open.saving.status.value;
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (status !== 'saving') return;
    const timer = setTimeout(() => setSlow(true), 500);
    return () => clearTimeout(timer);
  }, [status]);
  if (typeof status === 'object') {
    return (
      <span class="badge bad" title={status.problem} role="status">
        not saved, trying again
      </span>
    );
  }
  return (
    <span class={`badge ${isSlow ? 'warn' : 'good'}`} role="status" data-saving={status}>
      {isSlow ? 'saving…' : 'saved'}
    </span>
  );
}
