import { useSignal } from '@preact/signals';
import { FileButton } from '../components/buttons.tsx';
import { Icon } from '../components/icon.tsx';
import { Notices } from '../components/notices.tsx';
import { BarButtons, Brand } from '../components/shell.tsx';
import { ShortcutList } from '../components/shortcut-list.tsx';
import { type ChosenFile, fromDrop, fromField } from '../state/chosen-files.ts';
import { attempt } from '../state/notices.ts';
import type { LocalProject } from './projects.ts';

export interface StartPageProps {
  readonly projects: readonly LocalProject[];
  readonly onOpen: (project: LocalProject) => Promise<void>;
  readonly onNew: (chosen: readonly ChosenFile[], onProgress: (done: number, total: number) => void) => Promise<void>;
  /** Opens a project of synthetic scans. */
  readonly onSample: () => Promise<void>;
  /** Opens a backup. */
  readonly onRestore: (backup: File) => Promise<void>;
  readonly onRemove: (project: LocalProject) => Promise<void>;
}

/** Where one begins without a server: with scans, or with a project of before. */
export function StartPage({ projects, onOpen, onNew, onSample, onRestore, onRemove }: StartPageProps) {
  const busy = useSignal<string | undefined>(undefined);
  const isOver = useSignal(false);
  const busily = async (text: string, work: () => Promise<void>) => {
    busy.value = text;
    await attempt(work);
    busy.value = undefined;
  };
  const restore = (backup: File) => busily(`Unpacking ${backup.name}…`, () => onRestore(backup));
  const add = async (chosen: readonly ChosenFile[]) => {
    const [first] = chosen;
    if (first === undefined) return;
    if (chosen.length === 1 && /\.zip$/i.test(first.path)) return restore(first.file);
    await busily('Reading…', () =>
      onNew(chosen, (done, total) => {
        busy.value = `Copying ${done} of ${total} files…`;
      }),
    );
  };
  const open = (project: LocalProject) => busily(`Opening ${project.name}…`, () => onOpen(project));
  return (
    <div class="shell">
      <header class="topbar">
        <Brand />
        <span class="grow" />
        <BarButtons />
      </header>
      <main class="page">
        <div class="start">
          <div class="column" style={{ gap: '6px' }}>
            <h1>Train a segmenter from a few labelled scans</h1>
            <p class="muted">
              Draw labels on some slices, train in this tab, correct what the model proposes, train on. Scans, labels
              and models stay in this browser: nothing is sent anywhere.
            </p>
          </div>
          <section
            class={`drop${isOver.value ? ' over' : ''}`}
            aria-label="New project"
            onDragOver={(event) => {
              event.preventDefault();
              isOver.value = true;
            }}
            onDragLeave={() => {
              isOver.value = false;
            }}
            onDrop={(event) => {
              event.preventDefault();
              isOver.value = false;
              if (event.dataTransfer !== null) void fromDrop(event.dataTransfer).then(add);
            }}
          >
            <Icon name="folder" size={36} />
            {busy.value === undefined ? (
              <>
                <p>
                  <strong>Drop a folder of scans here</strong>
                </p>
                <div class="row">
                  <FileButton isFolder isPrimary onFiles={(files) => void add(fromField(files))}>
                    Choose a folder
                  </FileButton>
                  <FileButton onFiles={(files) => void add(fromField(files))}>Choose files</FileButton>
                </div>
                <p class="small muted">
                  NIfTI, DICOM, NRRD, MetaImage, PNG, JPEG, TIFF, BMP, GIF or HDF5. With images/ and masks/, existing
                  masks are taken as labels.
                </p>
                <div class="row wrap">
                  <button
                    type="button"
                    class="button"
                    onClick={() => void busily('Making synthetic hearts…', onSample)}
                  >
                    <Icon name="sparkle" size={16} /> Try it with a sample project
                  </button>
                  <FileButton accept=".zip" onFiles={([backup]) => backup && void restore(backup)}>
                    Open a backup
                  </FileButton>
                </div>
              </>
            ) : (
              <p role="status">{busy.value}</p>
            )}
          </section>
          {projects.length > 0 && (
            <section class="card" aria-labelledby="projects-title">
              <header>
                <h2 id="projects-title">Projects in this browser</h2>
              </header>
              <ul class="column">
                {projects.map((project) => (
                  <li key={project.name} class="row">
                    <button
                      type="button"
                      class="button grow"
                      style={{ justifyContent: 'flex-start' }}
                      disabled={busy.value !== undefined}
                      onClick={() => void open(project)}
                    >
                      <Icon name="folder" size={16} /> {project.name}
                    </button>
                    <button
                      type="button"
                      class="button plain danger"
                      aria-label={`Remove ${project.name}`}
                      onClick={() => {
                        const question = `Remove ${project.name} with its scans, labels and runs from this browser?`;
                        if (confirm(question)) void attempt(() => onRemove(project));
                      }}
                    >
                      <Icon name="trash" size={16} /> Remove
                    </button>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <p class="small muted">
            Research tool, not a medical device. For large data sets, and to train on all cores of this machine outside
            the browser, run <code>patchcl studio</code>.{' '}
            {crossOriginIsolated ? '' : 'This page may use one processor core only: its host does not isolate it.'}
          </p>
        </div>
      </main>
      <Notices />
      <ShortcutList />
    </div>
  );
}
