import { useMemo, useState } from 'preact/hooks';
import { countOf } from '../../../core/count-of.ts';
import { isLabel } from '../../../studio/api/index.ts';
import { FileButton } from '../../components/buttons.tsx';
import { DropZone } from '../../components/drop-zone.tsx';
import { Icon } from '../../components/icon.tsx';
import { addScans } from '../../state/add-scans.ts';
import { attempt } from '../../state/notices.ts';
import { listWish } from '../../state/scan-list.ts';
import type { Session } from '../../state/session.ts';
import { chosenCases } from './arrange.ts';
import { CaseList } from './case-list.tsx';
import { LeftOut } from './left-out.tsx';
import { ListBar } from './list-bar.tsx';
import { MasksMenu } from './masks-menu.tsx';
import { NextList } from './next-list.tsx';
import { ProjectMenu } from './project-menu.tsx';

const LEGEND = [
  ['drawn', 'drawn or corrected'],
  ['accepted', 'accepted'],
  ['given', 'given or imported'],
  ['rejected', 'rejected'],
] as const;

/** Every scan of the project, and what to label next. */
export function ScansPage({ session }: { readonly session: Session }) {
  const [isAdding, setAdding] = useState(false);
  const project = session.project.value;
  const cases = project?.cases;
  const wish = listWish.value;
  const shown = useMemo(() => chosenCases(cases ?? [], wish), [cases, wish]);
  const labelled = useMemo(() => (cases ?? []).filter(({ slices }) => slices.some(isLabel)).length, [cases]);
  const unread = useMemo(() => (cases ?? []).filter(({ state }) => state === 'unread').length, [cases]);
  if (project === undefined) return <div class="empty">Opening…</div>;
  const add = async (files: readonly File[]) => {
    setAdding(true);
    await attempt(() => addScans(session, files));
    setAdding(false);
  };
  return (
    <DropZone text="Drop scans here to add them" onFiles={(files) => void add(files)}>
      <div class="page-body">
        <div class="page-head wrap">
          <div class="grow">
            <h1>Scans</h1>
            <p class="muted">
              {countOf(project.cases.length, 'scan')}, {labelled} with labels
              {unread > 0 && `, ${unread} still to be read`}
            </p>
            {project.patients && (
              <p class="muted small">
                {sentence(project.patients.rule)}
                {project.patients.doubt && ` ${sentence(project.patients.doubt)}`}
              </p>
            )}
          </div>
          <ProjectMenu session={session} />
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
        <ListBar />
        <div class="with-aside">
          <div class="column" style={{ gap: '12px' }}>
            <CaseList session={session} cases={shown} byPatient={wish.byPatient} />
            {shown.length === 0 && <p class="muted">No scan matches the search and the filter.</p>}
          </div>
          <aside class="column" style={{ gap: '16px' }} aria-label="What to label next">
            <NextList session={session} />
            <div class="legend">
              {LEGEND.map(([state, text]) => (
                <span key={state}>
                  <span class={`swatch state-${state}`} />
                  {text}
                </span>
              ))}
            </div>
            <LeftOut session={session} ids={project.leftOut} />
          </aside>
        </div>
      </div>
    </DropZone>
  );
}

const sentence = (words: string) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
