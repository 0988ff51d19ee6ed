import { notify } from './notices.ts';
import type { Session } from './session.ts';
import { offerTheRest } from './verdicts.ts';

/** Imports the one mask that a person has chosen or dropped. @throws as importing does */
export async function importMaskFile(session: Session, id: string, files: readonly File[]): Promise<void> {
  const [file] = files;
  if (file === undefined) return;
  if (files.length > 1)
    notify(`${files.length} files came, and a mask is one file: import them one by one.`, 'problem');
  else await importMask(session, id, file.name, new Uint8Array(await file.arrayBuffer()));
}

/** Imports a mask for the slices on which it holds something. Slices that a person has labelled stay unless the person then says otherwise. */
async function importMask(session: Session, id: string, name: string, body: Uint8Array): Promise<void> {
  await session.edits.of(id).settled();
  const send = (keep: 'true' | 'false') =>
    session.studio.ask('importMask', { case: id, name, slices: 'foreground', keep, body });
  const edited = await send('true');
  session.updateCase(edited);
  const { written } = edited;
  notify(`${name} was imported: ${written.length} slice${written.length === 1 ? ' has' : 's have'} a label from it.`);
  offerTheRest(edited, 'Import those too', async () => session.updateCase(await send('false')));
}
