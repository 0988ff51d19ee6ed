import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Measures, StudioCase } from '../../../studio/api/index.ts';
import { Annotation } from '../../annotation/annotation.ts';
import { diameter, draws, label, resizeBrush, type Tool, tool } from '../../annotation/tools.ts';
import { SliceView } from '../../components/slice-view.tsx';
import { attempt } from '../../state/notices.ts';
import { routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import type { Window } from '../../viewer/paint.ts';
import { type Look, WHOLE } from '../../viewer/transform.ts';

export interface CorrectHereProps {
  readonly session: Session;
  readonly id: string;
  readonly slice: number;
  readonly onDone: () => void;
}

const TOOLS: readonly (readonly [Tool, string])[] = [
  ['brush', 'Brush'],
  ['erase', 'Eraser'],
  ['lasso', 'Lasso'],
];

/** Draws on one slice where it is reviewed. */
export function CorrectHere({ session, id, slice, onDone }: CorrectHereProps) {
  const item = session.case(id) as StudioCase & { readonly measures: Measures };
  const open = useMemo(() => new Annotation(session, item, slice), [session, id, slice]);
  const window = useSignal<Window>(item.measures.window);
  const look = useSignal<Look>(WHOLE);
  const { classes } = session.palette.value;
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => place.current?.scrollIntoView({ block: 'nearest' }), []);
  useEffect(() => {
    if (!draws(tool.value) || tool.value === 'fill') tool.value = 'brush';
    void attempt(() => open.load());
    return () => open.close();
  }, [open]);
  useEffect(() => {
    void attempt(() => open.follow(item));
  }, [open, item]);
  return (
    <div ref={place} class="correct-here" data-case={id}>
      <div class="row wrap">
        {TOOLS.map(([name, title]) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-pressed={tool.value === name}
            onClick={() => (tool.value = name)}
          >
            {title}
          </button>
        ))}
        {classes.map(({ value, name, colour }) => (
          <button
            key={value}
            type="button"
            class="button"
            aria-pressed={label.value === value}
            onClick={() => (label.value = value)}
          >
            <span class="swatch" style={{ background: colour }} /> {name}
          </button>
        ))}
        <label class="row small">
          Size
          <input
            type="range"
            min={1}
            max={60}
            value={diameter.value}
            onInput={(event) => resizeBrush(Number(event.currentTarget.value) - diameter.value)}
          />
        </label>
      </div>
      <div class="correct-view">
        <SliceView
          open={open}
          window={window}
          axis="slice"
          look={look}
          name={`Slice ${slice + 1} of ${id}, to be corrected`}
        />
      </div>
      <div class="row">
        <a class="button plain" href={routeHash({ page: 'label', subject: id, slice })}>
          Open on the Label page
        </a>
        <span class="grow" />
        <button type="button" class="button primary" onClick={onDone}>
          Done
        </button>
      </div>
    </div>
  );
}
