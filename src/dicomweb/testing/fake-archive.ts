import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readPart10 } from '../../formats/dicom/part10.ts';
import { TAG } from '../../formats/dicom/tags.ts';

/** Answers a request in place of the archive. @returns false to leave it to the archive */
export type Intercept = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

/** A small archive that speaks DICOMweb on loopback, and can be made to misbehave. */
export interface FakeArchive {
  /** `http://127.0.0.1:PORT/dicom-web` */
  readonly base: string;
  /** Method and path of each request, in their order. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  /** Files by SOP instance. */
  readonly objects: Map<string, Uint8Array>;
  intercept: Intercept;
  add(bytes: Uint8Array): void;
  close(): Promise<void>;
}

interface Stored {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
  readonly item: Record<string, unknown>;
}

const PLACE = /^\/studies(?:\/([\d.]+))?(?:\/series)?(?:\/([\d.]+))?(?:\/instances)?(?:\/([\d.]+))?$/;

const text = (vr: string, ...values: readonly (string | undefined)[]) => ({ vr, Value: values });

/** What an archive says of an object. */
function describe(bytes: Uint8Array): Stored {
  const { dataSet } = readPart10(bytes, 'stored');
  const of = (tag: (typeof TAG)[keyof typeof TAG]) => dataSet.text(tag) ?? '';
  const [study, series, instance] = [of(TAG.StudyInstanceUID), of(TAG.SeriesInstanceUID), of(TAG.SOPInstanceUID)];
  const item = {
    '00080018': text('UI', instance),
    '00080020': text('DA', of(TAG.StudyDate)),
    '00080060': text('CS', of(TAG.Modality)),
    '0008103E': text('LO', of(TAG.SeriesDescription)),
    '00100020': text('LO', of(TAG.PatientID)),
    '0020000D': text('UI', study),
    '0020000E': text('UI', series),
  };
  return { study, series, instance, item };
}

export async function fakeArchive(objects: readonly Uint8Array[] = []): Promise<FakeArchive> {
  const stored = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const path = request.url?.replace(/^\/dicom-web/, '') ?? '';
    archive.requests.push(`${request.method} ${path}`);
    archive.headers.push(request.headers);
    if (archive.intercept(request, response, path)) return;
    if (request.method === 'POST') take(request, response);
    else answer(response, path);
  });
  const archive: FakeArchive = {
    base: '',
    requests: [],
    headers: [],
    objects: stored,
    intercept: () => false,
    add(bytes) {
      stored.set(describe(bytes).instance, bytes);
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  for (const bytes of objects) archive.add(bytes);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return Object.assign(archive, { base: `http://127.0.0.1:${port}/dicom-web` });

  function answer(response: ServerResponse, path: string): void {
    const url = new URL(path, 'http://archive');
    const [, study, series, instance] = PLACE.exec(url.pathname) ?? [];
    const bytes = instance === undefined ? undefined : stored.get(instance);
    if (bytes !== undefined) {
      sendPart(response, bytes);
      return;
    }
    const all = [...stored.values()]
      .map(describe)
      .filter((one) => (study ?? one.study) === one.study && (series ?? one.series) === one.series);
    const key = series !== undefined ? 'instance' : study !== undefined ? 'series' : 'study';
    const listed = [...new Map(all.map((one) => [one[key], one.item])).values()];
    const wanted = listed.filter((item) => {
      const patient = url.searchParams.get('PatientID');
      return patient === null || (item['00100020'] as { Value: string[] }).Value[0] === patient;
    });
    const from = Number(url.searchParams.get('offset') ?? 0);
    const count = Number(url.searchParams.get('limit') ?? 1000);
    const body = JSON.stringify(wanted.slice(from, from + count));
    response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(body);
  }

  function take(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const [, boundary = ''] = /boundary="([^"]+)"/.exec(request.headers['content-type'] ?? '') ?? [];
      const from = body.indexOf('\r\n\r\n') + 4;
      const bytes = new Uint8Array(body.subarray(from, body.lastIndexOf(`\r\n--${boundary}--`)));
      const { instance } = describe(bytes);
      archive.add(bytes);
      const sop = { '00081155': text('UI', instance) };
      response.writeHead(200, { 'content-type': 'application/dicom+json' });
      response.end(JSON.stringify({ '00081199': { vr: 'SQ', Value: [sop] } }));
    });
  }
}

/** An object as the only part of an answer. */
export function sendPart(response: ServerResponse, bytes: Uint8Array, boundary = 'xyz'): void {
  response.writeHead(200, { 'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}` });
  response.write(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
  response.write(bytes);
  response.end(`\r\n--${boundary}--\r\n`);
}
