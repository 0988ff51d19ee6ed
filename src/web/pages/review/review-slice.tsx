import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isLabel, isPersonal, type Proposal, type StudioCase } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { SlicePicture } from '../../components/slice-picture.tsx';
import { STATE_NAMES } from '../../components/slice-ruler.tsx';
import { doubtText } from '../../state/doubt-text.ts';
import type { Session } from '../../state/session.ts';
import { useSlice } from '../../state/use-slice.ts';

export interface ReviewSliceProps {
  readonly session: Session;
  readonly proposal: Proposal;
  readonly slice: number;
  readonly item: StudioCase;
  /** What it is called; default: the number of the slice. */
  readonly title?: string;
  readonly isChosen: boolean;
  readonly onAccept: () => void;
  /** Takes the proposal in the place of a person's label. */
  readonly onReplace: () => void;
  readonly onReject: () => void;
  readonly onCorrect: () => void;
  readonly onChoose?: () => void;
  /** Told when most of the card has been on screen. */
  readonly onSeen?: () => void;
  readonly children?: ComponentChildren;
}

/** Share of a card on screen from which on it has been seen. */
const SEEN = 0.6;

/** What is there on one slice beside what is proposed for it, and what to do about it. */
export function ReviewSlice(props: ReviewSliceProps) {
  const { session, proposal, slice, item, title, isChosen, onAccept, onReplace, onReject, onCorrect, onChoose } = props;
  const card = useRef<HTMLLIElement>(null);
  const state = item.slices[slice] ?? 'unlabelled';
  const { intensities, label, proposed } = useSlice(
    session,
    proposal,
    slice,
    isLabel(state) ? (item.versions[slice] ?? 0) : undefined,
  );
  const { onSeen } = props;
  useEffect(() => {
    if (onSeen === undefined || card.current === null || proposed === undefined) return;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && onSeen(), { threshold: SEEN });
    watcher.observe(card.current);
    return () => watcher.disconnect();
  }, [proposed === undefined]);
  const name = title ?? `slice ${slice + 1}`;
  const mine = isPersonal(state);
  const tone = state === 'rejected' ? 'bad' : isLabel(state) ? 'good' : '';
  const picture = { session, measures: item.measures as NonNullable<StudioCase['measures']>, slice, intensities };
  const isEmpty = (proposal.slices[slice]?.foreground ?? 0) === 0;
  return (
    <li
      ref={card}
      class="review-slice"
      data-case={item.id}
      {...(isChosen ? { 'aria-current': 'true' as const } : {})}
      onPointerDown={onChoose}
    >
      <div class="row small">
        <strong class={`grow ellipsis${title === undefined ? ' first-capital' : ''}`} title={name}>
          {name}
        </strong>
        <span class="muted number" title="How unsure the model is here, beside the other slices of the scan">
          {doubtText(proposal, slice)}
        </span>
      </div>
      <div class="review-pair">
        <figure>
          <SlicePicture {...picture} mask={label} name={`What is there on ${name} of ${item.id}`} />
          <figcaption class="small">
            <span class={`badge ${tone}`}>{STATE_NAMES[state]}</span>
          </figcaption>
        </figure>
        <figure>
          <SlicePicture {...picture} mask={proposed} name={`Proposal for ${name} of ${item.id}`} />
          <figcaption class="small">
            <span class="badge long" title={proposal.run}>
              {isEmpty ? 'nothing proposed' : `proposed by ${proposal.run}`}
            </span>
          </figcaption>
        </figure>
      </div>
      <div class="row">
        {mine ? (
          <button type="button" class="button grow" onClick={onReplace} aria-label={`Replace mine on ${name}`}>
            <Icon name="check" size={16} /> Replace mine
          </button>
        ) : (
          <button type="button" class="button grow" onClick={onAccept} aria-label={`Accept ${name}`}>
            <Icon name="check" size={16} /> Accept
          </button>
        )}
        <button type="button" class="button grow" onClick={onCorrect} aria-label={`Correct ${name}`}>
          <Icon name="brush" size={16} /> Correct
        </button>
        {!mine && (
          <button type="button" class="button grow" onClick={onReject} aria-label={`Reject ${name}`}>
            <Icon name="cross" size={16} /> Reject
          </button>
        )}
      </div>
      {props.children}
    </li>
  );
}
