import type { StartChild } from '../../studio/host.ts';
import type { Begin, FromChild } from './child-messages.ts';

/** Starts workers of this page, which do what processes do behind a server. */
export function startChildren(about: Omit<Begin, 'kind'>): StartChild {
  return (kind) => {
    const worker = new Worker(new URL('./child-worker.ts', import.meta.url), { type: 'module' });
    const listeners: ((message: unknown) => void)[] = [];
    const exits: ((how: string) => void)[] = [];
    let complaint = '';
    let isOver = false;
    const end = (how: string) => {
      if (isOver) return;
      isOver = true;
      worker.terminate();
      for (const exit of exits) exit(how);
    };
    worker.onmessage = ({ data }: MessageEvent<FromChild>) => {
      if ('ended' in data) end(data.ended);
      else for (const listener of listeners) listener(data.message);
    };
    // A page that runs out of memory loses its worker this way, too.
    worker.onerror = (event) => {
      event.preventDefault();
      complaint = event.message;
      end(event.message || 'it could not be loaded');
    };
    worker.postMessage({ kind, ...about } satisfies Begin);
    return {
      send: (message) => worker.postMessage(message),
      onMessage: (take) => listeners.push(take),
      onExit: (take) => exits.push(take),
      kill: () => end('terminated'),
      complaint: () => complaint,
    };
  };
}
