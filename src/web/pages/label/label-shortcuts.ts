import type { Signal } from '@preact/signals';
import { placeOf, planeLayout, voxelAt } from '../../../imaging/planes.ts';
import { acceptSlice, goToNext, interpolateHere, markEmpty, rejectSlice } from '../../annotation/actions.ts';
import type { Annotation } from '../../annotation/annotation.ts';
import {
  areLabelsShown,
  diameter,
  isDoubtShown,
  isProposalShown,
  label,
  over,
  resizeBrush,
  tool,
} from '../../annotation/tools.ts';
import { strokeLine } from '../../drawing/brush.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import type { Shortcut, ShortcutGroup } from '../../state/shortcuts.ts';
import { type Look, WHOLE } from '../../viewer/transform.ts';
import { TOOL_BUTTONS } from './tool-bar.tsx';

const toggle = (setting: Signal<boolean>) => () => {
  setting.value = !setting.value;
};

export interface LabelShortcutsOptions {
  readonly look: Signal<Look>;
  /** Whether the slice is on screen: what cannot be seen is not changed. */
  readonly isSliceShown: boolean;
}

/** Everything on the page where one draws can be done by keys, drawing itself too: the cursor walks, X paints. */
export function labelShortcuts(
  session: Session,
  open: Annotation,
  { look, isSliceShown }: LabelShortcutsOptions,
): readonly ShortcutGroup[] {
  if (!isSliceShown) return [];
  const isFlat = open.measures.shape[0] === 1;
  const volumeOnly = (shortcuts: readonly Shortcut[]) => (isFlat ? [] : shortcuts);
  const layout = planeLayout('slice', open.measures, open.measures.orientation);
  const walk = (rows: number, columns: number) => () => {
    const [row, column] = placeOf(layout, open.cursor.value);
    tool.value = 'look';
    open.moveTo(voxelAt(layout, row + rows, column + columns, open.cursor.value));
  };
  const paint = (painted: () => number) => () => {
    const plane = open.begin('brush');
    if (plane === undefined) return;
    const [, row, column] = open.cursor.value;
    const [value, at] = [painted(), { row, column }];
    strokeLine(plane, at, at, { label: value, diameter: diameter.value, over: value === 0 ? 'all' : over() });
    open.commit();
    open.redraw();
  };
  const classes: Shortcut[] = session.palette.value.classes.slice(0, 9).map(({ name, value }, i) => ({
    keys: [String(i + 1)],
    about: `Draw ${name}`,
    act: () => {
      label.value = value;
    },
  }));
  return [
    {
      title: isFlat ? 'Scans' : 'Slices',
      shortcuts: [
        ...volumeOnly([
          { keys: ['PageDown', 's'], about: 'Next slice', act: () => open.moveSlice(1) },
          { keys: ['PageUp', 'w'], about: 'Slice before', act: () => open.moveSlice(-1) },
        ]),
        { keys: ['n'], about: 'What to label next', act: () => goToNext(session, open) },
        { keys: ['0'], about: isFlat ? 'Whole picture' : 'Whole slice', act: () => (look.value = WHOLE) },
      ],
    },
    {
      title: 'Drawing',
      shortcuts: [
        ...TOOL_BUTTONS.map(({ name, label: about, key }) => ({
          keys: [key],
          about,
          act: () => {
            tool.value = name;
          },
        })),
        { keys: ['[', '-'], about: 'Smaller brush', act: () => resizeBrush(-2) },
        { keys: [']', '+'], about: 'Larger brush', act: () => resizeBrush(2) },
        { keys: ['Ctrl+z'], about: 'Undo', act: () => void attempt(() => open.undo()) },
        { keys: ['Ctrl+y', 'Ctrl+Shift+z'], about: 'Redo', act: () => void attempt(() => open.undo('redo')) },
        ...volumeOnly([{ keys: ['i'], about: 'Interpolate between slices', act: () => interpolateHere(open) }]),
        { keys: ['m'], about: 'Mark slice empty', act: () => markEmpty(open) },
        ...classes,
      ],
    },
    {
      title: 'Without a pointer',
      shortcuts: [
        { keys: ['ArrowUp'], about: 'Cursor up', act: walk(-1, 0) },
        { keys: ['ArrowDown'], about: 'Cursor down', act: walk(1, 0) },
        { keys: ['ArrowLeft'], about: 'Cursor left', act: walk(0, -1) },
        { keys: ['ArrowRight'], about: 'Cursor right', act: walk(0, 1) },
        { keys: ['x'], about: 'Paint at the cursor', act: paint(() => label.value) },
        { keys: ['z'], about: 'Erase at the cursor', act: paint(() => 0) },
      ],
    },
    {
      title: 'Proposal',
      shortcuts: [
        { keys: ['a'], about: 'Accept slice', act: () => acceptSlice(session, open) },
        { keys: ['r'], about: 'Reject slice', act: () => rejectSlice(session, open) },
        { keys: ['p'], about: 'Outline the proposal', act: toggle(isProposalShown) },
        { keys: ['d'], about: 'Show where the model is unsure', act: toggle(isDoubtShown) },
        { keys: ['h'], about: 'Hide labels', act: toggle(areLabelsShown) },
      ],
    },
  ];
}
