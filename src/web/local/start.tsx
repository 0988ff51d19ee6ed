import { render } from 'preact';
import { App } from '../app.tsx';
import { Failure } from '../pages/failure.tsx';
import { go } from '../state/route.ts';
import { Session } from '../state/session.ts';
import { isolatePage } from './isolation.ts';
import { localStudio } from './local-studio.ts';
import { opfsFiles } from './opfs-files.ts';
import {
  type LocalProject,
  listProjects,
  newProject,
  removeProject,
  restoredProject,
  sampleProject,
} from './projects.ts';
import { startChildren } from './start-child.ts';
import { StartPage } from './start-page.tsx';

/** Set when the page is built. */
declare const PATCHCL_VERSION: string;

/** The page without a server. */
export async function startLocally(root: HTMLElement): Promise<void> {
  if (await isolatePage()) return;
  if (navigator.storage?.getDirectory === undefined) {
    const message =
      'This browser keeps no files for a page, or the page was not opened over https or from this machine.';
    render(<Failure message={message} />, root);
    return;
  }
  const files = opfsFiles(await navigator.storage.getDirectory());
  const start = startChildren({
    version: PATCHCL_VERSION,
    runtime: new URL('onnxruntime/', document.baseURI).href,
  });

  const open = async ({ data, folder }: LocalProject) => {
    const studio = await localStudio({ files, start, version: PATCHCL_VERSION, data, folder });
    const session = new Session(studio);
    await session.open();
    const leave = async () => {
      session.close();
      await studio.close();
      go({ page: 'scans' });
      await choose();
    };
    render(<App session={session} onLeave={() => void leave()} />, root);
  };
  const choose = async () => {
    const projects = await listProjects(files);
    render(
      <StartPage
        projects={projects}
        onOpen={open}
        onNew={async (chosen, onProgress) => {
          // Asks the browser not to clear these files when space gets short; it may refuse.
          await navigator.storage.persist?.().catch(() => false);
          await open(await newProject(files, chosen, onProgress));
        }}
        onSample={async () => open(await sampleProject(files))}
        onRestore={async (backup) => open(await restoredProject(files, backup))}
        onRemove={async (project) => {
          await removeProject(files, project);
          await choose();
        }}
      />,
      root,
    );
  };
  await choose();
}
