import { useEffect } from 'preact/hooks';
import { Notices } from './components/notices.tsx';
import { Shell } from './components/shell.tsx';
import { areShortcutsShown, ShortcutList } from './components/shortcut-list.tsx';
import { LabelPage } from './pages/label/label-page.tsx';
import { PatchesPage } from './pages/patches/patches-page.tsx';
import { ReviewPage } from './pages/review/review-page.tsx';
import { RunsPage } from './pages/runs/runs-page.tsx';
import { ScansPage } from './pages/scans/scans-page.tsx';
import { TrainPage } from './pages/train/train-page.tsx';
import { keepFocus } from './state/keep-focus.ts';
import { go, PAGES, type PageName, route } from './state/route.ts';
import type { Session } from './state/session.ts';
import { addShortcuts } from './state/shortcuts.ts';
import { toggleTheme } from './state/theme.ts';

const SHOWN: Readonly<Record<PageName, (props: { readonly session: Session }) => preact.JSX.Element>> = {
  scans: ScansPage,
  label: LabelPage,
  train: TrainPage,
  review: ReviewPage,
  patches: PatchesPage,
  runs: RunsPage,
};

/** One project, whoever keeps it. */
export function App({ session, onLeave }: { readonly session: Session; readonly onLeave?: () => void }) {
  const Page = SHOWN[route.value.page];
  useEffect(() => {
    const warn = (event: Event) => {
      if (!session.edits.isIdle) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [session]);
  useEffect(keepFocus, []);
  useEffect(
    () =>
      addShortcuts({
        title: 'Everywhere',
        shortcuts: [
          ...PAGES.map((page, i) => ({
            keys: [`Shift+${'slrvpu'[i]}`],
            about: `Go to ${page}`,
            act: () => go({ page }),
          })),
          { keys: ['?'], about: 'This list', act: () => (areShortcutsShown.value = !areShortcutsShown.value) },
          { keys: ['Shift+t'], about: 'Dark or light', act: toggleTheme },
        ],
      }),
    [],
  );
  return (
    <>
      <Shell
        session={session}
        extra={
          onLeave && (
            <button type="button" class="button plain" onClick={onLeave}>
              Close
            </button>
          )
        }
      >
        <Page session={session} />
      </Shell>
      <Notices />
      <ShortcutList />
    </>
  );
}
