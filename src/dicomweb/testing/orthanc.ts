import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';

const PROGRAM = '/usr/sbin/Orthanc';
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';

/** Why tests with Orthanc are skipped; undefined where they run. With PATCHCL_REQUIRE_ORTHANC set they run, or fail. */
export const orthancMissing = findOrthanc();

function findOrthanc(): string | undefined {
  if ((existsSync(PROGRAM) && existsSync(PLUGIN)) || process.env.PATCHCL_REQUIRE_ORTHANC) return undefined;
  const reason = 'for want of Orthanc (apt-get install orthanc orthanc-dicomweb)';
  process.stderr.write(`SKIPPED: tests with a real archive, ${reason}\n`);
  return reason;
}

/** Who may use the archive. */
export const ORTHANC_USER = { name: 'ann', password: 'a-secret' };

/** An archive of Debian's Orthanc, which listens on loopback alone. */
export interface Orthanc {
  /** `http://127.0.0.1:PORT/dicom-web` */
  readonly base: string;
  /** `dicomweb+` and that. */
  readonly address: string;
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>;
  /** Starts it again over the same objects. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** @param folder for its objects; made if it is not there */
export async function startOrthanc(folder: string, port?: number): Promise<Orthanc> {
  mkdirSync(folder, { recursive: true });
  const chosen = port ?? (await freePort());
  const config = join(folder, 'orthanc.json');
  writeFileSync(config, JSON.stringify(configuration(join(folder, 'objects'), chosen)));
  const base = `http://127.0.0.1:${chosen}/dicom-web`;
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    child = undefined;
    if (ending === undefined) return;
    const ended = new Promise((done) => ending.once('exit', done));
    ending.kill(signal);
    await ended;
  };
  const orthanc: Orthanc = {
    base,
    address: `dicomweb+${base}`,
    kill: () => end('SIGKILL'),
    async start() {
      child = spawn(PROGRAM, [config], { stdio: 'ignore' });
      await answering(base, child);
    },
    close: () => end('SIGTERM'),
  };
  await orthanc.start();
  return orthanc;
}

function configuration(objects: string, port: number) {
  return {
    Name: 'patchcl tests',
    StorageDirectory: objects,
    IndexDirectory: objects,
    HttpPort: port,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: true,
    RegisteredUsers: { [ORTHANC_USER.name]: ORTHANC_USER.password },
    DicomServerEnabled: false,
    Plugins: [PLUGIN],
    DicomWeb: { Enable: true, Root: '/dicom-web/' },
  };
}

/** One that is free now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function answering(base: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`Orthanc ended with status ${child.exitCode}`);
    const answer = await fetch(`${base}/studies`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.status === 401) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('Orthanc does not answer');
}
