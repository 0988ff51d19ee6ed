import { Refusal } from '../../studio/refusal.ts';
import type { Endpoint } from '../endpoint.ts';

/** Files of one scan at most. */
const MOST_FILES = 4000;

/** Keeps a scan for a while, so that it can be segmented without being part of the project. */
export const putSession: Endpoint = ({ sessions }, { query, parts }) => {
  if (query.get('uncompress') === 'true') {
    throw new Refusal(400, 'archives are not unpacked here', { hint: 'Send the files of the scan.' });
  }
  return parts(MOST_FILES, async ({ files }) => {
    if (files.length === 0) throw new Refusal(400, 'the form has no files');
    const { id, info } = await sessions.add(files, Number(query.get('expiry') ?? 0));
    return { json: { session_id: id, session_info: info } };
  });
};

export const getSession: Endpoint = async ({ sessions }, { ids }) => ({ json: sessions.get(ids.session as string) });

export const deleteSession: Endpoint = async ({ sessions }, { ids }) => ({
  json: await sessions.remove(ids.session as string),
});
