import type { Proposal, SliceState } from '../../../studio/api/index.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { STATE_NAMES } from '../../components/slice-ruler.tsx';
import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { ProposalPicture } from '../train/watched-case.tsx';

export interface ReviewSliceProps {
  readonly session: Session;
  readonly proposal: Proposal;
  readonly slice: number;
  readonly state: SliceState;
  readonly isChosen: boolean;
  readonly onAccept: () => void;
  readonly onReject: () => void;
  readonly onChoose: () => void;
}

/** The proposal for one slice, with what can be said about it. */
export function ReviewSlice(props: ReviewSliceProps) {
  const { session, proposal, slice, state, isChosen, onAccept, onReject, onChoose } = props;
  const { doubt, foreground } = proposal.slices[slice] ?? { doubt: 0, foreground: 0 };
  const tone = state === 'rejected' ? 'bad' : state === 'unlabelled' ? '' : 'good';
  return (
    <li class="review-slice" {...(isChosen ? { 'aria-current': 'true' as const } : {})} onPointerDown={onChoose}>
      <ProposalPicture session={session} proposal={proposal} slice={slice} />
      <div class="row small">
        <span class="number">
          Slice {slice + 1} <span class="muted">doubt {doubt.toFixed(3)}</span>
        </span>
        {state !== 'unlabelled' && <span class={`badge ${tone}`}>{STATE_NAMES[state]}</span>}
        {state === 'unlabelled' && foreground === 0 && <span class="badge">nothing proposed</span>}
      </div>
      <div class="row">
        <VerdictButton icon="check" verdict="Accept" slice={slice} onClick={onAccept} />
        <a
          class="button grow"
          href={routeHash({ page: 'label', subject: proposal.case, slice })}
          aria-label={`Correct slice ${slice + 1}`}
          title="Correct"
        >
          <Icon name="brush" size={16} />
        </a>
        <VerdictButton icon="cross" verdict="Reject" slice={slice} onClick={onReject} />
      </div>
    </li>
  );
}

interface VerdictButtonProps {
  readonly icon: IconName;
  readonly verdict: string;
  readonly slice: number;
  readonly onClick: () => void;
}

function VerdictButton({ icon, verdict, slice, onClick }: VerdictButtonProps) {
  return (
    <button
      type="button"
      class="button grow"
      onClick={onClick}
      aria-label={`${verdict} slice ${slice + 1}`}
      title={verdict}
    >
      <Icon name={icon} size={16} />
    </button>
  );
}
