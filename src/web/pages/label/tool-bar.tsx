import { interpolateHere } from '../../annotation/actions.ts';
import type { Annotation } from '../../annotation/annotation.ts';
import { type Tool, tool } from '../../annotation/tools.ts';
import { IconButton } from '../../components/buttons.tsx';
import type { IconName } from '../../components/icon.tsx';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

export const TOOL_BUTTONS: readonly {
  readonly name: Tool;
  readonly icon: IconName;
  readonly label: string;
  readonly key: string;
}[] = [
  { name: 'look', icon: 'move', label: 'Move the cursor', key: 'v' },
  { name: 'ruler', icon: 'ruler', label: 'Ruler: measure a distance', key: 'u' },
  { name: 'brush', icon: 'brush', label: 'Brush', key: 'b' },
  { name: 'erase', icon: 'erase', label: 'Eraser', key: 'e' },
  { name: 'lasso', icon: 'lasso', label: 'Lasso: fill an outline', key: 'l' },
  { name: 'fill', icon: 'fill', label: 'Fill a region', key: 'f' },
];

/** What the pointer does on the slice. */
export function ToolBar({
  session,
  open,
  onFit,
}: {
  readonly session: Session;
  readonly open: Annotation;
  readonly onFit: () => void;
}) {
  const { undo, redo } = session.case(open.id) ?? {};
  const isFlat = open.measures.shape[0] === 1;
  return (
    <div class="tools" role="toolbar" aria-label="Drawing" aria-orientation="vertical">
      {TOOL_BUTTONS.map(({ name, icon, label, key }) => (
        <IconButton
          key={name}
          icon={icon}
          label={label}
          shortcut={key.toUpperCase()}
          isPressed={tool.value === name}
          onClick={() => {
            tool.value = name;
          }}
        />
      ))}
      <hr />
      <IconButton
        icon="undo"
        label={undo === undefined ? 'Undo' : `Undo: ${undo.name}`}
        shortcut="Ctrl Z"
        isDisabled={undo === undefined}
        onClick={() => void attempt(() => open.undo())}
      />
      <IconButton
        icon="redo"
        label={redo === undefined ? 'Redo' : `Redo: ${redo.name}`}
        shortcut="Ctrl Y"
        isDisabled={redo === undefined}
        onClick={() => void attempt(() => open.undo('redo'))}
      />
      <hr />
      {!isFlat && (
        <IconButton
          icon="between"
          label="Interpolate between labelled slices"
          shortcut="I"
          onClick={() => interpolateHere(open)}
        />
      )}
      <IconButton icon="fit" label="Whole slice" shortcut="0" onClick={onFit} />
    </div>
  );
}
