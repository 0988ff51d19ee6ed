import { useEffect } from 'preact/hooks';
import { acceptCase, acceptSlice, rejectSlice } from '../../annotation/actions.ts';
import type { Annotation } from '../../annotation/annotation.ts';
import { isDoubtShown, isProposalShown } from '../../annotation/tools.ts';
import { Icon } from '../../components/icon.tsx';
import { doubtText } from '../../state/doubt-text.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** What the model proposes for the open case, and what to do with it. */
export function ProposalPanel({ session, open }: { readonly session: Session; readonly open: Annotation }) {
  const { proposal } = open;
  const model = session.model.value;
  const [info, slice] = [proposal.info.value, open.cursor.value[0]];
  const isEntropyShown = isDoubtShown.value;
  const best = model?.best?.step;
  useEffect(() => {
    if (model !== undefined) void attempt(() => proposal.ask(model.id));
  }, [proposal, model?.id, best]);
  useEffect(() => {
    if (info !== undefined) void attempt(() => proposal.loadAround(slice, isEntropyShown));
  }, [proposal, info, slice, isEntropyShown]);
  return (
    <section aria-labelledby="proposal-title">
      <header>
        <h2 id="proposal-title">Proposal</h2>
        {info !== undefined && (
          <span class="badge long" title={info.run}>
            of {info.run}
          </span>
        )}
      </header>
      {model === undefined ? (
        <p class="muted small">Once a model is trained or loaded, it proposes labels here.</p>
      ) : info === undefined ? (
        <p class="muted small">{proposal.isAsking.value ? 'The model is looking at this scan…' : 'No proposal.'}</p>
      ) : (
        <>
          <div class="row">
            <button
              type="button"
              class="button grow"
              onClick={() => acceptSlice(session, open)}
              title="Accept this slice (A)"
            >
              <Icon name="check" size={16} /> Accept
            </button>
            <button
              type="button"
              class="button grow"
              onClick={() => rejectSlice(session, open)}
              title="Reject this slice (R)"
            >
              <Icon name="cross" size={16} /> Reject
            </button>
          </div>
          {open.measures.shape[0] > 1 && (
            <button type="button" class="button" onClick={() => acceptCase(session, open)}>
              Accept for all slices without label
            </button>
          )}
          <p class="muted small">
            To correct it, accept it and draw. The model is {doubtText(info, slice)} of this slice. Labels that you have
            drawn stay unless you say otherwise.
          </p>
          <label class="row small">
            <input
              type="checkbox"
              checked={isProposalShown.value}
              onChange={(e) => (isProposalShown.value = e.currentTarget.checked)}
            />
            Outline the proposal <kbd>P</kbd>
          </label>
          <label class="row small">
            <input
              type="checkbox"
              checked={isEntropyShown}
              onChange={(e) => (isDoubtShown.value = e.currentTarget.checked)}
            />
            Show where it is unsure <kbd>D</kbd>
          </label>
        </>
      )}
    </section>
  );
}
