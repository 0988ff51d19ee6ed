import { isLabel } from '../../../studio/api/index.ts';
import { LongName } from '../../components/long-name.tsx';
import { VirtualRows } from '../../components/virtual-rows.tsx';
import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';

/** Height of a line, pixels. */
const LINE = 32;

export interface ScanListProps {
  readonly session: Session;
  readonly order: readonly string[];
  readonly chosen: string | undefined;
}

/** The scans to be reviewed, in their order. It scrolls by itself, so that a long one does not push the proposals away. */
export function ScanList({ session, order, chosen }: ScanListProps) {
  return (
    <nav class="card scrolls" aria-label="Scans to review">
      <VirtualRows
        count={order.length}
        estimate={() => LINE}
        keyOf={(row) => order[row] ?? ''}
        gap={2}
        first={Math.max(0, order.indexOf(chosen ?? ''))}
      >
        {(row) => <ScanLine session={session} id={order[row] as string} isChosen={order[row] === chosen} />}
      </VirtualRows>
    </nav>
  );
}

function ScanLine({ session, id, isChosen }: { readonly session: Session; readonly id: string; isChosen: boolean }) {
  const slices = session.case(id)?.slices ?? [];
  return (
    <a
      class="button plain"
      href={routeHash({ page: 'review', subject: id })}
      {...(isChosen ? { 'aria-current': 'page' as const } : {})}
    >
      <span class="grow scan-name">
        <LongName text={id} />
      </span>
      <span class="small muted number">
        {slices.filter(isLabel).length} / {slices.length}
      </span>
    </a>
  );
}
