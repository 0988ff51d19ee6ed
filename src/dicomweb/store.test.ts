import { describe, expect, it } from 'vitest';
import { makeImage } from '../formats/dicom/testing/make-dicom.ts';
import { ArchiveClient } from './client.ts';
import { isStored, storeInstance } from './store.ts';
import { openedArchive } from './testing/opened-archive.ts';

describe('storing', () => {
  const object = { study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.9' };
  const bytes = makeImage({ instance: 9 });

  it('sends an object once, whoever sends it again', async () => {
    const { client, archive } = await openedArchive();
    expect(await storeInstance(client, object, bytes)).toBe(true);
    expect(archive.objects.get(object.instance)).toEqual(bytes);
    expect(await storeInstance(client, object, makeImage({ instance: 9, rows: 5 }))).toBe(false);
    expect(archive.objects.get(object.instance)).toEqual(bytes);
    expect(archive.requests.filter((request) => request.startsWith('POST'))).toHaveLength(1);
    expect(await isStored(client, { ...object, instance: '1.2.3.1.8' })).toBe(false);
  });

  it('survives an archive that breaks off after it has taken it', async () => {
    let breaks = 1;
    const { client, archive } = await openedArchive((request, response) => {
      if (request.method !== 'POST' || breaks-- <= 0) return false;
      request.resume().on('end', () => {
        archive.add(bytes);
        response.destroy();
      });
      return true;
    });
    await storeInstance(client, object, bytes);
    expect(archive.objects.size).toBe(3);
  });

  it('believes an archive that has it already, as its first answer got lost, once it is there', async () => {
    let posts = 0;
    const failed = { Value: [{ '00081155': { Value: ['1.2.3.1.9'] }, '00081197': { Value: [0x0111] } }] };
    const { client, archive } = await openedArchive((request, response) => {
      if (request.method !== 'POST') return false;
      request.resume().on('end', () => {
        archive.add(bytes);
        if (++posts === 1) response.destroy();
        else response.writeHead(409).end(JSON.stringify({ '00081198': failed }));
      });
      return true;
    });
    expect(await storeInstance(client, object, bytes)).toBe(true);
    expect(posts).toBe(2);
  });

  it('waits for what is sent as well as for the answer', async () => {
    const { archive } = await openedArchive((request, response) => {
      if (request.method !== 'POST') return false;
      request.resume().on('end', () => setTimeout(() => response.writeHead(200).end('{}'), 300));
      return true;
    });
    const sent = (slowestSending: number) => {
      const limits = { answer: 100, attempts: 1, slowestSending };
      return storeInstance(new ArchiveClient({ base: archive.base, limits }), object, bytes);
    };
    await expect(sent(1e9)).rejects.toThrow('its answer stands still');
    await expect(sent(bytes.length)).rejects.toThrow('does not have it');
  });

  it.each<[string, number, object, string]>([
    [
      'refuses',
      409,
      { '00081198': { Value: [{ '00081155': { Value: ['1.2.3.1.9'] }, '00081197': { Value: [0x0122] } }] } },
      'failure reason 0122H, a class that it does not store',
    ],
    ['takes nothing', 409, {}, 'it does not take the object'],
    ['forgets', 200, {}, 'it says that it took the object, but does not have it'],
    ['answers oddly', 200, [1], 'it says that it took the object, but does not have it'],
  ])('says so when the archive %s', async (_, status, answer, problem) => {
    const { client } = await openedArchive((request, response) => {
      if (request.method !== 'POST') return false;
      request.resume().on('end', () => response.writeHead(status).end(JSON.stringify(answer)));
      return true;
    });
    await expect(storeInstance(client, object, bytes)).rejects.toThrow(problem);
  });
});
