import type { StudioBackend } from '../studio/backend.ts';
import { type Handlers, handlersOf } from '../studio/handlers/index.ts';
import type { CallerOptions } from './http/callers.ts';
import { Images } from './images.ts';
import { ServedProposals } from './served-proposals.ts';
import { Sessions } from './sessions.ts';

/** What the API of MONAI Label is about. */
export interface MonaiContext {
  readonly studio: StudioBackend;
  /** What the studio's own API does. */
  readonly handlers: Handlers;
  readonly callers: CallerOptions;
  /** Which slices of a label that has come are labelled: all, or those that hold something. */
  readonly slices: 'all' | 'drawn';
  readonly images: Images;
  readonly served: ServedProposals;
  readonly sessions: Sessions;
}

export function contextOf(studio: StudioBackend, options: Pick<MonaiContext, 'callers' | 'slices'>): MonaiContext {
  return {
    ...options,
    studio,
    handlers: handlersOf(studio),
    images: new Images(studio),
    served: new ServedProposals(studio),
    sessions: new Sessions(studio),
  };
}
