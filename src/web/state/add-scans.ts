import { isDicomName } from '../../data/layouts/dicom-files.ts';
import { notify } from './notices.ts';
import type { Session } from './session.ts';

/** Adds scans from files a person has chosen. DICOM files chosen together belong together; any other file is a scan. */
export async function addScans(session: Session, files: readonly File[]): Promise<void> {
  const dicom = files.filter(({ name }) => isDicomName(name));
  const others = files.filter(({ name }) => !isDicomName(name));
  const group = `series-${Date.now()}`;
  for (const [i, file] of dicom.entries()) {
    const body = new Uint8Array(await file.arrayBuffer());
    const more = i < dicom.length - 1 ? 'true' : 'false';
    session.project.value = await session.studio.ask('uploadScan', { name: file.name, group, more, body });
  }
  for (const file of others) {
    const body = new Uint8Array(await file.arrayBuffer());
    session.project.value = await session.studio.ask('uploadScan', { name: file.name, body });
  }
  notify(`${files.length} file${files.length === 1 ? ' was' : 's were'} added.`);
}
