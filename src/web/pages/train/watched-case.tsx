import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Proposal } from '../../../studio/api/index.ts';
import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { planeLayout } from '../../viewer/planes.ts';
import { SlicePainter } from '../../viewer/slice-painter.ts';
import { transformOf, WHOLE } from '../../viewer/transform.ts';

export interface ProposalPictureProps {
  readonly session: Session;
  readonly proposal: Proposal;
  readonly slice: number;
}

/** One slice with the proposal over it. */
export function ProposalPicture({ session, proposal, slice }: ProposalPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useMemo(() => new SlicePainter(), []);
  const { case: id, run, step } = proposal;
  useEffect(() => {
    let closed = false;
    const measures = session.case(id)?.measures;
    if (measures === undefined) return;
    const range = { case: id, first: slice, count: 1 };
    Promise.all([session.studio.ask('intensities', range), session.studio.ask('proposalMask', { ...range, run })])
      .then(([bytes, mask]) => {
        const element = canvas.current;
        if (closed || element === null) return;
        const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        const [width, height] = [element.clientWidth * devicePixelRatio, element.clientHeight * devicePixelRatio];
        Object.assign(element, { width, height });
        const layout = planeLayout('slice', measures, session.project.peek()?.orientation);
        const scene = {
          ...{ grid: measures, layout, at: slice, channels: measures.channels, window: measures.window, opacity: 0.3 },
          intensities: () => values,
          labels: () => mask,
          proposal: () => mask,
        };
        painter.draw(element, scene, transformOf(layout, { width, height }, WHOLE), 1);
      })
      .catch(() => undefined);
    return () => {
      closed = true;
    };
  }, [session, painter, id, slice, run, step]);
  return <canvas ref={canvas} role="img" aria-label={`Proposal for slice ${slice + 1} of ${id}`} />;
}

/** The newest pseudo-label of a case that the training shows, on the slice where it proposes most. */
export function WatchedCase({
  session,
  id,
  run,
  step,
}: {
  readonly session: Session;
  readonly id: string;
  readonly run: string;
  readonly step: number;
}) {
  const [proposal, setProposal] = useState<Proposal>();
  useEffect(() => {
    let closed = false;
    session
      .proposal(id, run)
      .then((found) => closed || setProposal(found))
      .catch(() => undefined);
    return () => {
      closed = true;
    };
  }, [session, id, run, step]);
  if (proposal === undefined) return <p class="muted small">{id}: being looked at…</p>;
  const slice = fullest(proposal);
  return (
    <a
      href={routeHash({ page: 'review', subject: id })}
      class="column"
      style={{ color: 'inherit', textDecoration: 'none' }}
    >
      <ProposalPicture session={session} proposal={proposal} slice={slice} />
      <span class="small">
        {id}{' '}
        <span class="muted number">
          slice {slice + 1}, step {proposal.step}, doubt {proposal.doubt.toFixed(3)}
        </span>
      </span>
    </a>
  );
}

/** The slice with the most foreground; the middle one when there is none. */
function fullest({ slices }: Proposal): number {
  const sizes = slices.map(({ foreground }) => foreground);
  const most = Math.max(...sizes);
  return most === 0 ? Math.floor(sizes.length / 2) : sizes.indexOf(most);
}
