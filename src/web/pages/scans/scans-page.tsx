import { useState } from 'preact/hooks';
import { isLabel, type StudioCase } from '../../../studio/api/index.ts';
import { FileButton } from '../../components/buttons.tsx';
import { Icon } from '../../components/icon.tsx';
import { addScans } from '../../state/add-scans.ts';
import { putBack } from '../../state/left-out.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { CaseCard } from './case-card.tsx';
import { MasksMenu } from './masks-menu.tsx';
import { NextList } from './next-list.tsx';

const FILTERS: readonly { readonly name: string; readonly takes: (item: StudioCase) => boolean }[] = [
  { name: 'All', takes: () => true },
  { name: 'Labelled', takes: ({ slices }) => slices.some(isLabel) },
  { name: 'Without labels', takes: ({ slices }) => !slices.some(isLabel) },
  { name: 'Added here', takes: ({ origin }) => origin === 'uploaded' },
];

const LEGEND = [
  ['drawn', 'drawn or corrected'],
  ['accepted', 'accepted'],
  ['given', 'given or imported'],
  ['rejected', 'rejected'],
] as const;

/** Every scan of the project, and what to label next. */
export function ScansPage({ session }: { readonly session: Session }) {
  const [filter, setFilter] = useState(0);
  const [isAdding, setAdding] = useState(false);
  const project = session.project.value;
  if (project === undefined) return <div class="empty">Opening…</div>;
  const shown = project.cases.filter((item) => FILTERS[filter]?.takes(item));
  const labelled = project.cases.filter(({ slices }) => slices.some(isLabel)).length;
  const unread = project.cases.filter(({ state }) => state === 'unread').length;
  const add = async (files: readonly File[]) => {
    setAdding(true);
    await attempt(() => addScans(session, files));
    setAdding(false);
  };
  return (
    <div class="page-body">
      <div class="page-head">
        <div class="grow">
          <h1>Scans</h1>
          <p class="muted">
            {project.cases.length} scans, {labelled} with labels
            {unread > 0 && `, ${unread} still to be read`}
          </p>
        </div>
        <fieldset class="segmented" aria-label="Which scans">
          {FILTERS.map(({ name }, i) => (
            <button key={name} type="button" class="button" aria-pressed={i === filter} onClick={() => setFilter(i)}>
              {name}
            </button>
          ))}
        </fieldset>
        <MasksMenu session={session} cases={shown} />
        <FileButton onFiles={(files) => void add(files)}>
          <Icon name="upload" size={16} /> {isAdding ? 'Adding…' : 'Add scans'}
        </FileButton>
      </div>
      {project.problems.map((problem) => (
        <p key={problem} class="card small problem-line">
          {problem}
        </p>
      ))}
      <div class="with-aside">
        <ul class="cases" aria-label="Scans">
          {shown.map((item) => (
            <li key={item.id}>
              <CaseCard session={session} item={item} />
            </li>
          ))}
          {project.leftOut.length > 0 && (
            <li class="left-out small muted">
              <details>
                <summary>{project.leftOut.length} removed</summary>
                {project.leftOut.map((id) => (
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
            </li>
          )}
          {shown.length === 0 && <li class="muted">No scan of this kind.</li>}
        </ul>
        <div class="column" style={{ gap: '16px' }}>
          <NextList session={session} />
          <div class="legend">
            {LEGEND.map(([state, text]) => (
              <span key={state}>
                <span class={`swatch state-${state}`} />
                {text}
              </span>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}
