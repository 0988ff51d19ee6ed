import { putBack } from '../../state/left-out.ts';
import type { Session } from '../../state/session.ts';

/** Scans that were removed from the project, and can be put back. */
export function LeftOut({ session, ids }: { readonly session: Session; readonly ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <details class="left-out small muted">
      <summary>{ids.length} removed</summary>
      {ids.map((id) => (
        <div key={id} class="row">
          <span class="grow ellipsis" title={id}>
            {id}
          </span>
          <button type="button" class="button plain" onClick={() => void putBack(session, id)}>
            Put back
          </button>
        </div>
      ))}
    </details>
  );
}
