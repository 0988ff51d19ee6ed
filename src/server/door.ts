import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { PatchclError } from '../core/errors.ts';

export interface DoorOptions {
  /** Address to listen at; the loopback by default, by which no other machine reaches the studio. */
  readonly host?: string;
  /** 0 takes one that is free. */
  readonly port: number;
}

/** A port that is taken, before there is anything to serve. */
export interface Door {
  readonly port: number;
  /** Names and addresses under which it may be asked for, without port. */
  readonly hosts: readonly string[];
  /** As `http://127.0.0.1:7411`, one for each way to it. */
  readonly urls: readonly [string, ...string[]];
  /** Requests wait until it is said who answers them. */
  answer(listener: RequestListener): void;
  close(): Promise<void>;
}

/** Names under which the loopback is asked for. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** Addresses that stand for all of the machine's. */
const WILDCARDS = ['0.0.0.0', '::'];

/** Takes the port. @throws PatchclError `bad-usage` when it cannot be had */
export async function openDoor({ host = LOOPBACK[0] as string, port: asked }: DoorOptions): Promise<Door> {
  let answer: (listener: RequestListener) => void = () => undefined;
  const answered = new Promise<RequestListener>((resolve) => {
    answer = resolve;
  });
  const server = createServer(async (request, response) => (await answered)(request, response));
  // A slow sender of a large scan is fine, one of headers is not.
  server.requestTimeout = 0;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(cause, host, asked)));
    server.listen(asked, host, resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  // Other machines ask by an address of this one, never by the wildcard.
  const names = WILDCARDS.includes(address) ? ['127.0.0.1', ...addressesOf(address)] : [inUrl(host.toLowerCase())];
  return {
    port,
    hosts: [...new Set([...LOOPBACK, ...names])],
    urls: names.map((name) => `http://${name}:${port}`) as [string, ...string[]],
    answer,
    close: () =>
      new Promise((resolve) => {
        // Also when it is closed already.
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Whether only programs of this machine reach an address. */
export function isLoopback(host: string): boolean {
  const loopback = new BlockList();
  loopback.addSubnet('127.0.0.0', 8);
  loopback.addAddress('::1', 'ipv6');
  return host === 'localhost' || (isIP(host) > 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));
}

/** Addresses by which other machines reach this one. Those of IPv6 that hold for one link only are not for browsers. */
function addressesOf(wildcard: string): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal, family }) => !internal && (family === 'IPv4' || wildcard === '::'))
    .map(({ address }) => inUrl(address))
    .filter((address) => !address.startsWith('[fe80:'));
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function cannotListen(cause: Error & { code?: string }, host: string, port: number): PatchclError {
  const another = 'Choose another one with --port.';
  const PROBLEMS: Readonly<Record<string, readonly [problem: string, hint: string]>> = {
    EADDRINUSE: [`port ${port} is taken`, another],
    EACCES: [`port ${port} is not for everybody`, another],
    EADDRNOTAVAIL: [`${host} is no address of this machine`, 'Give one with --host, 0.0.0.0 for all.'],
  };
  const [problem, hint] = PROBLEMS[cause.code ?? ''] ?? [
    `cannot listen at ${host}`,
    'Give an address of this machine with --host, 0.0.0.0 for all.',
  ];
  return new PatchclError('bad-usage', problem, { hint, cause });
}
