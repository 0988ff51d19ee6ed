import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { PAGES, type PageName, route, routeHash } from '../state/route.ts';
import type { Session } from '../state/session.ts';
import { theme, toggleTheme } from '../state/theme.ts';
import { IconButton } from './buttons.tsx';
import { NextStep } from './next-step.tsx';
import { isUnderWay } from './run-state.tsx';
import { areShortcutsShown } from './shortcut-list.tsx';

const TITLES: Readonly<Record<PageName, string>> = {
  scans: 'Scans',
  label: 'Label',
  train: 'Train',
  review: 'Review',
  patches: 'Patches',
  runs: 'Runs',
};

export function Brand() {
  return (
    <a class="brand" href="#/scans">
      <img src="./icon.svg" alt="" width="22" height="22" />
      patchcl studio
    </a>
  );
}

/** Theme and shortcuts, at the right end of the bar. */
export function BarButtons() {
  return (
    <>
      <IconButton
        icon="keyboard"
        label="Keyboard shortcuts"
        shortcut="?"
        onClick={() => {
          areShortcutsShown.value = true;
        }}
      />
      <IconButton
        icon={theme.value === 'dark' ? 'sun' : 'moon'}
        label={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}
        onClick={toggleTheme}
      />
    </>
  );
}

/** The frame around every page: where one is, what goes on. */
export function Shell({
  session,
  children,
  extra,
}: {
  readonly session: Session;
  readonly children: ComponentChildren;
  readonly extra?: ComponentChildren;
}) {
  const { page } = route.value;
  const run = session.current.value;
  const name = session.project.value?.name;
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    document.title = [TITLES[page], name, 'patchcl studio'].filter(Boolean).join(' · ');
  }, [page, name]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header class="topbar">
        <Brand />
        <nav aria-label="Pages">
          {PAGES.map((name) => (
            <a
              key={name}
              href={routeHash({ page: name })}
              {...(name === page ? { 'aria-current': 'page' as const } : {})}
            >
              {TITLES[name]}
            </a>
          ))}
        </nav>
        <span class="grow" />
        <Connection session={session} />
        {run !== undefined && isUnderWay(run) && (
          <a href="#/train" class="badge live number">
            {run.progress === undefined ? run.state : `training, step ${run.progress.step}`}
          </a>
        )}
        <span class="muted small project-name" title={name}>
          {name}
        </span>
        {extra}
        <BarButtons />
      </header>
      <main ref={main} class="page scrolls" id="page" tabIndex={-1}>
        {page !== 'label' && page !== 'patches' && <NextStep session={session} />}
        {children}
      </main>
    </div>
  );
}

/** Whether the studio is there, and what becomes of what it does not have yet. */
function Connection({ session }: { readonly session: Session }) {
  const isUnsaved = session.edits.problem.value !== undefined;
  const kept = isUnsaved ? ' What you drew is kept in this browser and goes in when it is back.' : '';
  if (session.isOutdated.value) {
    return (
      <span class="badge bad" role="alert">
        The studio was started anew: open the address that it has printed, here in this tab.{kept}
      </span>
    );
  }
  if (session.isConnected.value) return null;
  return (
    <span class="badge bad" role="status">
      No connection, trying again.{kept}
    </span>
  );
}
