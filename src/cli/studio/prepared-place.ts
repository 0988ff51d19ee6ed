import { resolve } from 'node:path';
import { PatchclError } from '../../core/errors.ts';
import { baseName, type Files } from '../../core/files.ts';
import { writeSample } from '../../demo/sample.ts';
import { nodeStudioFiles } from '../../server/node-studio-files.ts';
import { aboutBackup, unpackProject } from '../../studio/backup.ts';
import { note } from '../terminal.ts';

/** What a person has asked for, as options. */
export interface AskedPlace {
  readonly data?: string;
  readonly project?: string;
  readonly sample?: boolean;
  readonly restore?: string;
}

/** Folder of the sample's scans. */
const SAMPLE = 'patchcl-sample';

/** The folders of scans and project, after what has to be made or unpacked first. @throws PatchclError `bad-usage`, `bad-file` */
export async function preparedPlace(
  files: Files,
  { data, project, sample, restore }: AskedPlace,
): Promise<{ readonly data?: string; readonly project?: string }> {
  const given = { ...(data !== undefined && { data }), ...(project !== undefined && { project }) };
  if (restore !== undefined && sample === true) {
    throw new PatchclError('bad-usage', 'give --sample or --restore, not both', { hint: 'Leave one out.' });
  }
  if (restore !== undefined) return restored(files, restore, given);
  if (sample !== true) return given;
  if (data !== undefined) {
    throw new PatchclError('bad-usage', 'the sample has scans of its own', { hint: 'Leave --data out.' });
  }
  const folder = resolve(SAMPLE);
  if ((await files.kind(folder)) === undefined) {
    note(`making synthetic hearts in ${folder}`);
    await writeSample(files, folder);
  }
  return { ...given, data: folder };
}

async function restored(files: Files, file: string, given: { readonly data?: string; readonly project?: string }) {
  const bytes = await files.read(file);
  const { name, withScans } = aboutBackup(bytes, file);
  if (!withScans && given.data === undefined) {
    const hint = 'Say where they are with --data.';
    throw new PatchclError('bad-usage', 'the scans are not in this backup', { subject: file, hint });
  }
  const data = resolve(given.data ?? baseName(name));
  if (withScans && (await files.kind(data)) !== undefined) {
    const hint = 'Name one that is not there yet with --data.';
    throw new PatchclError('bad-usage', 'the scans of the backup would go into a folder that is there', {
      subject: data,
      hint,
    });
  }
  const project = resolve(given.project ?? `${baseName(data)}-studio`);
  await unpackProject(nodeStudioFiles(files), bytes, { folder: project, data, file });
  note(`${file} was unpacked into ${project}`);
  return { data, project };
}
