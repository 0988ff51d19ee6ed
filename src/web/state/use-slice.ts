import { useEffect, useState } from 'preact/hooks';
import type { Proposal } from '../../studio/api/index.ts';
import type { Session } from './session.ts';

/** A slice with what is there and what is proposed; fields are undefined while they load. */
export interface ShownSlice {
  /** [channels, height, width] */
  readonly intensities?: Float32Array;
  /** [height, width] class values. */
  readonly label?: Uint8Array;
  readonly proposed?: Uint8Array;
}

/** Loads a slice and its proposal. @param revision of the case, whose label is shown; undefined: none is */
export function useSlice(
  session: Session,
  proposal: Proposal,
  slice: number,
  revision: number | undefined,
): ShownSlice {
  const { case: id, run, step } = proposal;
  const [shown, setShown] = useState<ShownSlice>({});
  useEffect(() => {
    let closed = false;
    const range = { case: id, first: slice, count: 1 };
    const { studio } = session;
    Promise.all([studio.ask('intensities', range), studio.ask('proposalMask', { ...range, run, step })])
      .then(([bytes, proposed]) => {
        const intensities = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        if (!closed) setShown((before) => ({ ...before, intensities, proposed }));
      })
      .catch(() => undefined);
    return () => {
      closed = true;
    };
  }, [session, id, slice, run, step]);
  useEffect(() => {
    let closed = false;
    const { studio } = session;
    const asked =
      revision === undefined ? undefined : studio.ask('mask', { case: id, first: slice, count: 1, revision });
    Promise.resolve(asked)
      .then((label) => {
        if (closed) return;
        setShown(({ label: _before, ...others }) => ({ ...others, ...(label && { label }) }));
      })
      .catch(() => undefined);
    return () => {
      closed = true;
    };
  }, [session, id, slice, revision]);
  return shown;
}
