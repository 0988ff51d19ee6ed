import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Door, type DoorOptions, isLoopback, openDoor } from './door.ts';
import { checkOrigin } from './http/guard.ts';

vi.mock('node:os', async (original) => ({
  ...(await original<typeof import('node:os')>()),
  networkInterfaces: () => ({
    lo: [
      { address: '127.0.0.1', family: 'IPv4', internal: true },
      { address: '::1', family: 'IPv6', internal: true },
    ],
    eth0: [
      { address: '10.1.2.3', family: 'IPv4', internal: false },
      { address: 'fd00::5', family: 'IPv6', internal: false },
      { address: 'fe80::7', family: 'IPv6', internal: false },
    ],
  }),
}));

const doors: Door[] = [];
afterEach(async () => {
  for (const door of doors.splice(0)) await door.close();
});

async function open(options: DoorOptions): Promise<Door> {
  const door = await openDoor(options);
  doors.push(door);
  return door;
}

/** What a browser is told that was sent here under this name. */
function refusal({ hosts, port }: Door, name: string): number | undefined {
  const host = `${name}:${port}`;
  try {
    checkOrigin({ headers: { host, origin: `http://${host}` } } as IncomingMessage, { hosts, port });
  } catch (error) {
    return (error as { status: number }).status;
  }
}

describe('a door', () => {
  it('for this machine alone is asked for under the names of the loopback', async () => {
    const door = await open({ port: 0 });
    expect(door.urls).toEqual([`http://127.0.0.1:${door.port}`]);
    expect(door.hosts).toEqual(['127.0.0.1', 'localhost', '[::1]']);
    expect(refusal(door, '10.1.2.3')).toBe(421);
  });

  it.each(['0.0.0.0', '0'])(
    'for all (%s) tells the addresses of the machine, and opens under them alone',
    async (host) => {
      const door = await open({ host, port: 0 });
      expect(door.urls).toEqual([`http://127.0.0.1:${door.port}`, `http://10.1.2.3:${door.port}`]);
      expect(['10.1.2.3', '127.0.0.1', 'localhost'].map((name) => refusal(door, name))).toEqual(
        Array(3).fill(undefined),
      );
      expect(['evil.example', '10.9.9.9', '0.0.0.0'].map((name) => refusal(door, name))).toEqual([421, 421, 421]);
    },
  );

  it('lets nobody wait for ever: requests of before are answered', async () => {
    const door = await open({ port: 0 });
    const early = fetch(door.urls[0]);
    door.answer((_, response) => response.end('there'));
    expect(await (await early).text()).toBe('there');
  });

  it.each([
    ['203.0.113.9', 0, '203.0.113.9 is no address of this machine. Give one with --host, 0.0.0.0 for all.'],
    ['no such host', 0, 'cannot listen at no such host. Give an address of this machine with --host, 0.0.0.0 for all.'],
  ])('at %s is a mistake of the address', async (host, port, message) => {
    await expect(open({ host, port })).rejects.toThrow(message);
  });

  it('that is taken is a mistake of the port', async () => {
    const { port } = await open({ port: 0 });
    await expect(open({ port })).rejects.toThrow(`port ${port} is taken. Choose another one with --port.`);
  });
});

it('knows what only this machine reaches', () => {
  expect(['127.0.0.1', '127.8.8.8', '::1', 'localhost'].map(isLoopback)).toEqual(Array(4).fill(true));
  expect(['0.0.0.0', '::', '10.1.2.3', 'host.example'].map(isLoopback)).toEqual(Array(4).fill(false));
});
