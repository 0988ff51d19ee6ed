import type { ServerResponse } from 'node:http';
import type { StudioEvent } from '../../studio/api/index.ts';

/** Seconds between two signs of life, by which both sides find out that the connection is gone. */
const HEARTBEAT = 15;

/** Bytes that may wait for a listener that does not read; then it is cut off, and asks anew when it can. */
const MOST_WAITING = 4 * 2 ** 20;

/** Tells every listener what happens, as server-sent events. */
export class EventHub {
  readonly #listeners = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#write(': alive\n\n'), HEARTBEAT * 1000);
    this.#timer.unref();
  }

  /** @param first what a new listener is told */
  join(response: ServerResponse, first: StudioEvent): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(text(first));
    this.#listeners.add(response);
    response.once('close', () => this.#listeners.delete(response));
  }

  emit(event: StudioEvent): void {
    this.#write(text(event));
  }

  close(): void {
    clearInterval(this.#timer);
    for (const response of this.#listeners) response.end();
  }

  #write(content: string): void {
    for (const response of this.#listeners) {
      if (response.writableLength > MOST_WAITING) response.destroy();
      else response.write(content);
    }
  }
}

function text(event: StudioEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
