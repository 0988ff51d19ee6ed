/** Starts workers under Open MPI's mpirun: on this machine, or on two network namespaces that stand for two hosts. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Measured, Work } from './worker.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Where ranks fill all cores, a garbage collector that waits for helping threads waits for a core first. */
const NODE_FLAGS = ['--single-threaded-gc'];
const ROOT_MAY = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };

/** Two namespaces, each with its end of a virtual cable and a core of its own. */
const HOSTS = [
  { namespace: 'patchcl-a', link: 'patchcl0', address: '10.77.0.1', core: '0' },
  { namespace: 'patchcl-b', link: 'patchcl1', address: '10.77.0.2', core: '1' },
] as const;

/** Runs a worker on each of so many ranks of this machine. */
export function here(ranks: number, work: Work): Measured {
  return launch(
    ['mpirun', '-np', String(ranks), '--oversubscribe', '--bind-to', work.threads === 1 ? 'core' : 'none'],
    work,
  );
}

/** Runs a worker on each of two hosts. */
export function acrossHosts(work: Work): Measured {
  const network = [
    '--mca',
    'btl',
    'tcp,self',
    ...['btl', 'oob'].flatMap((layer) => ['--mca', `${layer}_tcp_if_include`, '10.77.0.0/24']),
  ];
  const addresses = HOSTS.map(({ address }) => address).join(',');
  const agent = ['--mca', 'plm_rsh_agent', agentScript()];
  // Each daemon sees all cores and would bind its one rank to the first of them; taskset does it here.
  const mpirun = ['mpirun', '-np', '2', '-host', addresses, '--bind-to', 'none', ...agent, ...network];
  return launch([...onHost(HOSTS[0]), ...mpirun], work);
}

function launch([program, ...args]: readonly string[], work: Work): Measured {
  const command = [...args, process.execPath, ...NODE_FLAGS, '--import', 'tsx', WORKER, JSON.stringify(work)];
  const output = execFileSync(program as string, command, {
    encoding: 'utf8',
    env: { ...process.env, ...ROOT_MAY },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.trim().split('\n').at(-1) as string);
}

const onHost = ({ namespace, core }: (typeof HOSTS)[number]) => [
  'ip',
  'netns',
  'exec',
  namespace,
  'taskset',
  '-c',
  core,
];

/** What mpirun calls instead of ssh: the namespace is told by the address. */
function agentScript(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'patchcl-mpi-')), 'agent.sh');
  const cases = HOSTS.map((host) => `${host.address}) exec ${onHost(host).join(' ')} sh -c "$*";;`);
  writeFileSync(path, `#!/bin/sh\nhost=$1; shift\ncase $host in\n${cases.join('\n')}\nesac\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Makes the two hosts. Needs root. @returns takes them away */
export function makeHosts(): () => void {
  const ip = (...args: string[]) => execFileSync('ip', args);
  const [a, b] = HOSTS;
  for (const { namespace } of HOSTS) ip('netns', 'add', namespace);
  ip('link', 'add', a.link, 'type', 'veth', 'peer', 'name', b.link);
  for (const { namespace, link, address } of HOSTS) {
    ip('link', 'set', link, 'netns', namespace);
    ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', link);
    for (const device of [link, 'lo']) ip('-n', namespace, 'link', 'set', device, 'up');
  }
  return () => {
    for (const { namespace } of HOSTS) ip('netns', 'delete', namespace);
  };
}

/** Limits both directions of the cable. @param mbit Mbit/s */
export function limitRate(mbit: number): void {
  for (const { namespace, link } of HOSTS) {
    const shaper = ['root', 'tbf', 'rate', `${mbit}mbit`, 'burst', '32k', 'latency', '100ms'];
    execFileSync('ip', ['netns', 'exec', namespace, 'tc', 'qdisc', 'replace', 'dev', link, ...shaper]);
  }
}
