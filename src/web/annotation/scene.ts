import type { PlaneLayout } from '../../imaging/planes.ts';
import type { Window } from '../viewer/paint.ts';
import type { Scene } from '../viewer/scene.ts';
import type { Annotation } from './annotation.ts';
import { areLabelsShown, isDoubtShown, isProposalShown, isSmooth, opacity } from './tools.ts';

/** What a cut through the open case shows now; whoever asks within an effect is asked again when that changes. */
export function sceneOf(open: Annotation, layout: PlaneLayout, window: Window): Scene {
  // Slices are changed in place: only their number tells.
  open.version.value;
  const { measures, proposal, intensities, labels } = open;
  const hasProposal = proposal.info.value !== undefined;
  return {
    grid: measures,
    layout,
    at: open.cursor.value[layout.across],
    channels: measures.channels,
    window,
    opacity: opacity.value,
    isSmooth: isSmooth.value,
    classes: open.palette.value,
    intensities: (slice) => intensities.get(slice),
    labels: areLabelsShown.value ? (slice) => labels.get(slice) : undefined,
    proposal: isProposalShown.value && hasProposal ? (slice) => proposal.mask(slice) : undefined,
    doubt: isDoubtShown.value && hasProposal ? (slice) => proposal.entropy(slice) : undefined,
  };
}
