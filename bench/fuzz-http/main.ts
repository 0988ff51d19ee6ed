/**
 * `npm run fuzz:http -- --count 20000`: requests with wrong ids, numbers, names, bodies and methods to a real studio. None may be
 * answered by 500 or take more than `--seconds`, and the studio must be there at the end with every scan it had.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Rng } from '../../src/core/rng.ts';
import { nodeFiles } from '../../src/node/node-files.ts';
import { BALL_SHAPE, ballScan, writeBalls } from '../../src/server/testing/ball-scans.ts';
import { startStudio } from '../../src/server/testing/start-studio.ts';
import { foreignModel } from '../../src/studio/jobs/testing/foreign-model.ts';
import { scan } from '../chaos/hostile.ts';
import { requestOf, type WireRequest } from './requests.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '5' },
    together: { type: 'string', default: '4' },
  },
});
const [count, seconds, together] = [values.count, values.seconds, values.together].map(Number) as [
  number,
  number,
  number,
];

interface Answer {
  readonly status: number | 'closed' | 'late';
  readonly seconds: number;
  readonly text: string;
}

function send(url: URL, token: string, { method, path, headers, body }: WireRequest): Promise<Answer> {
  return new Promise((resolve) => {
    const start = performance.now();
    let text = '';
    const end = (status: Answer['status']) => {
      clearTimeout(timer);
      resolve({ status, seconds: (performance.now() - start) / 1000, text });
    };
    const options = {
      host: url.hostname,
      port: url.port,
      method,
      headers: { Authorization: `Bearer ${token}`, ...headers },
    };
    // What Node's client refuses to send is no request.
    let sent: ReturnType<typeof request>;
    const timer = setTimeout(
      () => {
        sent?.destroy();
        end('late');
      },
      4 * seconds * 1000,
    );
    try {
      sent = request({ ...options, path: encodeURI(path).replaceAll('%25', '%') }, (response) => {
        const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
        response.on('data', (chunk) => {
          if (text.length < 2000) text += String(chunk);
          if (isStream) sent.destroy();
        });
        response.on('close', () => end(response.statusCode ?? 'closed'));
        if (isStream) sent.destroy();
      });
    } catch {
      return end('closed');
    }
    sent.on('error', () => end('closed'));
    sent.end(body);
  });
}

const folder = mkdtempSync(join(tmpdir(), 'patchcl-fuzz-http-'));
const statuses = new Map<string, number>();
const problems: string[] = [];
let slowest = 0;
try {
  await writeBalls(nodeFiles(folder), 'scans', 3);
  const started = await startStudio('--data', join(folder, 'scans'), '--project', join(folder, 'project'));
  const [depth, height, width] = BALL_SHAPE;
  const samples = [
    ballScan(1).mask,
    ballScan(1).mask.slice(0, height * width),
    scan(1).image,
    scan(1).mask,
    foreignModel(),
    new Uint8Array(depth),
  ];
  try {
    let next = 0;
    const work = async () => {
      while (next < count) {
        const n = next++;
        const wire = requestOf(new Rng('fuzz-http', values.seed, n), samples);
        const answer = await send(new URL(started.url), started.token, wire);
        statuses.set(String(answer.status), (statuses.get(String(answer.status)) ?? 0) + 1);
        slowest = Math.max(slowest, answer.seconds);
        const isWrong = answer.status === 'late' || Number(answer.status) >= 500 || answer.seconds > seconds;
        if (isWrong && answer.status !== 507)
          problems.push(
            `${n}: ${wire.method} ${wire.path.slice(0, 120)}: ${answer.status} in ${answer.seconds.toFixed(1)} s ${answer.text.slice(0, 300)}`,
          );
        if (started.process.exitCode !== null)
          throw new Error(`the studio has ended at request ${n}: ${started.log().slice(-800)}`);
      }
    };
    await Promise.all(Array.from({ length: together }, work));
    const { cases } = await started.studio.ask('project', {});
    for (const id of ['ball1', 'ball2', 'ball3']) {
      // A request may have left it out of the project, from where it comes back.
      await started.studio.ask('putBack', { case: id }).catch(() => undefined);
      await started.studio.ask('case', { case: id }).catch(() => problems.push(`${id} is gone`));
    }
    process.stdout.write(`${cases.length} cases at the end\n`);
  } finally {
    await started.end();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const told = [...statuses].sort().map(([status, times]) => `${status}: ${times}`);
process.stdout.write(
  `seed ${values.seed}, ${count} requests, ${told.join(', ')}, slowest ${slowest.toFixed(2)} s, problems ${problems.length}\n`,
);
for (const problem of problems.slice(0, 40)) process.stdout.write(`  ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
