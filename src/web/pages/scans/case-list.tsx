import { useMemo } from 'preact/hooks';
import type { StudioCase } from '../../../studio/api/index.ts';
import { useWidth, VirtualRows } from '../../components/virtual-rows.tsx';
import { listLook } from '../../state/scan-list.ts';
import type { Session } from '../../state/session.ts';
import { rowsOf } from './arrange.ts';
import { CaseCard } from './case-card.tsx';

/** Width of a card at least, and the gap between two, pixels. */
const [CARD, GAP] = [156, 12];

export interface CaseListProps {
  readonly session: Session;
  readonly cases: readonly StudioCase[];
  readonly byPatient: boolean;
}

/** The scans as cards side by side, or one below the other. */
export function CaseList({ session, cases, byPatient }: CaseListProps) {
  const [element, width] = useWidth();
  const look = listLook.value;
  const columns = look === 'list' ? 1 : Math.max(1, Math.floor((width + GAP) / (CARD + GAP)));
  const rows = useMemo(() => rowsOf(cases, columns, byPatient), [cases, columns, byPatient]);
  const places = useMemo(() => new Map(cases.map(({ id }, i) => [id, i + 1])), [cases]);
  // A picture has four parts of width to three of height; below it stand name, state and the bar of the slices.
  const card = ((width - GAP * (columns - 1)) / columns) * 0.75 + 74;
  const estimate = (row: number) => (rows[row]?.kind === 'patient' ? 22 : look === 'list' ? 58 : card);
  const keyOf = (row: number) => {
    const one = rows[row];
    if (one === undefined) return String(row);
    return one.kind === 'patient' ? `patient ${one.patient}` : `${look} ${one.items[0]?.id}`;
  };
  return (
    <div ref={element} class={`cases as-${look}`} {...(!byPatient && { role: 'list', 'aria-label': 'Scans' })}>
      {width > 0 && (
        <VirtualRows count={rows.length} estimate={estimate} keyOf={keyOf} gap={look === 'list' ? 6 : GAP}>
          {(row) => {
            const one = rows[row];
            if (one === undefined) return null;
            if (one.kind === 'patient') {
              return (
                <h2 class="patient-line">
                  {one.patient} <span class="small muted">{one.count === 1 ? '1 scan' : `${one.count} scans`}</span>
                </h2>
              );
            }
            return (
              <div
                class="case-row"
                // Between the list and its items stand the rows on screen; headings of patients are in no list.
                {...(byPatient && { role: 'list', 'aria-label': `Scans of ${one.items[0]?.patient}` })}
                style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
              >
                {one.items.map((item) => (
                  // biome-ignore lint/a11y/useSemanticElements: as above
                  <div
                    key={item.id}
                    role="listitem"
                    {...(!byPatient && { 'aria-setsize': cases.length, 'aria-posinset': places.get(item.id) })}
                  >
                    <CaseCard session={session} item={item} />
                  </div>
                ))}
              </div>
            );
          }}
        </VirtualRows>
      )}
    </div>
  );
}
