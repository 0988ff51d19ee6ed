import type { StudioBackend } from '../backend.ts';
import type { Handlers } from './handler-types.ts';
import { labelHandlers } from './label-handlers.ts';
import { maskFileHandlers } from './mask-file-handlers.ts';
import { projectHandlers } from './project-handlers.ts';
import { proposalHandlers } from './proposal-handlers.ts';
import { runHandlers } from './run-handlers.ts';
import { scanHandlers } from './scan-handlers.ts';

export type { Asked, Body, Content, Handlers } from './handler-types.ts';

/** What the API does, by the names of its routes. */
export function handlersOf(studio: StudioBackend): Handlers {
  return {
    ...projectHandlers(studio),
    ...scanHandlers(studio),
    ...labelHandlers(studio),
    ...maskFileHandlers(studio),
    ...proposalHandlers(studio),
    ...runHandlers(studio),
  };
}
