import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { makeImage } from '../formats/dicom/testing/make-dicom.ts';
import { parseArchive } from './address.ts';
import { ArchiveClient } from './client.ts';
import { findInstances, findSeries, findStudies } from './query.ts';
import { networkRefusal } from './refusals.ts';
import { retrieveInstance } from './retrieve.ts';
import { type Intercept, sendPart } from './testing/fake-archive.ts';
import { openedArchive } from './testing/opened-archive.ts';

const SERIES = { study: '1.2.3', series: '1.2.3.1' };

async function fetched(client: ArchiveClient, instance = '1.2.3.1.1'): Promise<Uint8Array> {
  return retrieveInstance(client, SERIES, instance, async (bytes) => {
    const parts: Uint8Array[] = [];
    for await (const part of bytes) parts.push(part);
    return new Uint8Array(Buffer.concat(parts));
  });
}

describe('an archive', () => {
  it('is asked for studies, series and objects, which come as they are stored', async () => {
    const { client, address } = await openedArchive();
    expect((await findStudies(client, address)).studies).toEqual(['1.2.3']);
    expect(await findSeries(client, '1.2.3')).toMatchObject([{ ...SERIES, modality: 'CT' }]);
    expect(await findInstances(client, SERIES)).toEqual(['1.2.3.1.1', '1.2.3.1.2']);
    expect(await fetched(client, '1.2.3.1.2')).toEqual(makeImage({ instance: 2 }));
  });

  it('that passes over a filter does not get more studies in', async () => {
    const { client, archive } = await openedArchive((_, response, path) => {
      if (!path.startsWith('/studies?')) return false;
      const study = (patient: string, uid: string) => ({
        '00100020': { Value: [patient] },
        '0020000D': { Value: [uid] },
      });
      response.end(JSON.stringify([study('P1', '1.2.3'), study('P2', '1.2.4')]));
      return true;
    });
    const found = await findStudies(client, parseArchive(`dicomweb+${archive.base}?PatientID=P2`));
    expect(found.studies).toEqual(['1.2.4']);
    expect(found.notes).toEqual([`${archive.base} names 1 studies that were not asked for; they are left out`]);
    await expect(findStudies(client, parseArchive(`dicomweb+${archive.base}?PatientID=P3`))).rejects.toThrow(
      'it holds no study of this PatientID',
    );
  });

  it('gives long lists in parts', async () => {
    const { client, archive, address } = await openedArchive((_, response, path) => {
      const { searchParams } = new URL(path, 'http://archive');
      if (!path.startsWith('/studies?')) return false;
      const from = Number(searchParams.get('offset') ?? 0);
      // Fewer at a time than are asked for, as some do.
      const uids = Array.from({ length: Math.max(0, Math.min(4, 10 - from)) }, (_, i) => `1.${from + i}`);
      response.end(JSON.stringify(uids.map((uid) => ({ '0020000D': { Value: [uid] } }))));
      return true;
    });
    expect((await findStudies(client, address)).studies).toHaveLength(10);
    const { studies, notes } = await findStudies(client, parseArchive(`dicomweb+${archive.base}?limit=7`));
    expect([studies.length, notes]).toEqual([
      7,
      [`${archive.base} has more such studies than the 7 that its limit allows`],
    ]);
  });

  it('that answers a failure is asked again, and no longer than is of use', async () => {
    let failures = 2;
    const { client, archive } = await openedArchive((_, response) => {
      if (failures-- <= 0) return false;
      response.writeHead(503).end();
      return true;
    });
    expect(await findInstances(client, SERIES)).toHaveLength(2);
    failures = 100;
    const before = archive.requests.length;
    await expect(findInstances(client, SERIES)).rejects.toThrow(`${archive.base}: it answers with status 503.`);
    expect(archive.requests.length - before).toBe(3);
    // Once it is lost, the next request does not wait again.
    await expect(findInstances(client, SERIES)).rejects.toThrow('503');
    expect(archive.requests.length - before).toBe(4);
  });

  it('that breaks off in an object is asked again', async () => {
    let breaks = 1;
    const { client } = await openedArchive((_, response, path) => {
      if (!/instances\/./.test(path) || breaks-- <= 0) return false;
      response.writeHead(200, { 'content-type': 'multipart/related; boundary=xyz', 'content-length': '5000' });
      response.write('--xyz\r\nA: b\r\n\r\nhalf', () => response.destroy());
      return true;
    });
    expect(await fetched(client)).toEqual(makeImage({ instance: 1 }));
  });

  it.each<[string, Intercept, string]>([
    [
      'answers no one',
      (_, response) => response.writeHead(401).end() !== undefined,
      'it asks who you are. Set PATCHCL_DICOMWEB_USER',
    ],
    ['forbids', (_, response) => response.writeHead(403).end() !== undefined, 'it does not allow this'],
    [
      'is no archive',
      (_, response) => response.end('<html>Jane Doe') !== undefined,
      'it does not answer as DICOMweb does',
    ],
    ['never answers', () => true, 'its answer stands still'],
    ['begins and stands still', (_, response) => response.write('[') !== undefined, 'its answer stands still'],
    [
      'answers without end',
      (_, response) => drip(response, 'x'.repeat(60_000), 1),
      'its answer is larger than 100000 bytes',
    ],
    ['trickles', (_, response) => drip(response, ' ', 20), 'its answer stands still'],
    [
      'names what is no UID',
      (_, response) => response.end('[{"00080018":{"Value":["../../etc"]}}]') !== undefined,
      'something that is no UID',
    ],
    [
      'sends on and on',
      (_, response) => response.writeHead(302, { location: '/again' }).end() !== undefined,
      'it sends this program on and on',
    ],
  ])('that %s is given up in a sentence', async (_, intercept, problem) => {
    const { client } = await openedArchive(intercept);
    await expect(findInstances(client, SERIES)).rejects.toThrow(problem);
    await expect(findInstances(client, SERIES)).rejects.not.toThrow('Jane');
  });

  it.each<[string, Intercept, string]>([
    [
      'larger than it may be',
      (_, response) => sendPart(response, new Uint8Array(60_000)) === undefined,
      'larger than 50000 bytes',
    ],
    [
      'of claimed size',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'application/dicom', 'content-length': '99999999999' }).write('x') !==
        undefined,
      'larger than 50000 bytes',
    ],
    ['of another kind', (_, response) => response.end('hello') !== undefined, 'it answers with something else'],
    [
      'in several parts',
      (_, response) => sendPart(response, Buffer.from('a\r\n--xyz\r\nB: c\r\n\r\nd')) === undefined,
      'its answer holds several objects',
    ],
  ])('whose object is %s is refused', async (_, intercept, problem) => {
    const { client } = await openedArchive(intercept);
    await expect(fetched(client)).rejects.toThrow(problem);
  });

  it('is followed within its host, and credentials go nowhere else', async () => {
    const heard: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      heard.push(request.headers.authorization);
      response.end('[]');
    });
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
    let target = '/dicom-web/studies/1.2.3/series/1.2.3.1/instances';
    const { client, archive } = await openedArchive((_, response, path) => {
      if (!path.includes('?')) return false;
      response.writeHead(307, { location: target }).end();
      return true;
    }, 'Bearer hidden');
    expect(await findInstances(client, SERIES)).toHaveLength(2);
    expect(new Set(archive.headers.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer hidden']));
    target = elsewhere;
    const refused = await findInstances(client, SERIES).catch((error) => String(error));
    expect(refused).toContain('it sends this program on to another host, which is not followed');
    expect(refused).not.toContain('hidden');
    expect(heard).toEqual([]);
    await new Promise((done) => other.close(done));
  });
});

/** Writes on until nobody listens. */
function drip(response: Parameters<Intercept>[1], text: string, milliseconds: number): boolean {
  const timer = setInterval(() => response.write(text), milliseconds);
  response.on('close', () => clearInterval(timer));
  return true;
}

describe('what is said', () => {
  const caused = (code: string) => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code }) });
  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is signed by itself and not trusted'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS as it should'],
    ['ECONNREFUSED', 'nothing answers at its address'],
    ['ENOTFOUND', 'there is no machine of that name'],
    ['EWHATEVER', 'it cannot be reached (EWHATEVER)'],
  ])('of %s', (code, problem) => {
    expect(networkRefusal(caused(code), 'https://h/d').message).toContain(`https://h/d: ${problem}`);
  });

  it('of TLS that is none', async () => {
    const { archive } = await openedArchive();
    const client = new ArchiveClient({ base: archive.base.replace('http:', 'https:'), limits: { attempts: 1 } });
    await expect(findInstances(client, SERIES)).rejects.toThrow('it does not speak TLS as it should');
  });

  it('is no sentence for a mistake of ours', () => {
    expect(() => networkRefusal(new TypeError('x is not a function'), 'b')).toThrow('x is not a function');
  });
});
