import { useState } from 'preact/hooks';
import type { StudioClass } from '../../../studio/api/index.ts';
import { areLabelsShown, diameter, isSmooth, isSparing, label, opacity, resizeBrush } from '../../annotation/tools.ts';
import { IconButton } from '../../components/buttons.tsx';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { ClassEditor } from './class-editor.tsx';

/** Classes to draw with, and how drawing works. */
export function ClassPalette({ session }: { readonly session: Session }) {
  const [isEdited, setEdited] = useState(false);
  const { classes } = session.palette.value;
  const change = (value: number, look: Partial<StudioClass>) =>
    attempt(async () => {
      const palette = classes.map((one) => (one.value === value ? { ...one, ...look } : one));
      session.project.value = await session.studio.ask('setPalette', { body: { palette } });
    });
  return (
    <section aria-labelledby="classes-title">
      <header>
        <h2 id="classes-title">Classes</h2>
        {!isEdited && (
          <button type="button" class="button plain" onClick={() => setEdited(true)}>
            Edit
          </button>
        )}
      </header>
      {isEdited ? (
        <ClassEditor session={session} onDone={() => setEdited(false)} />
      ) : (
        <ul class="palette">
          {classes.map(({ value, name, colour, isLocked, isHidden }, i) => (
            <li key={value} class="row">
              <button
                type="button"
                class="button grow"
                aria-pressed={label.value === value}
                onClick={() => {
                  label.value = value;
                }}
              >
                <span class="swatch" style={{ background: colour }} />
                <span class="ellipsis" title={name}>
                  {name}
                </span>
                {i < 9 && <kbd>{i + 1}</kbd>}
              </button>
              <IconButton
                icon={isHidden ? 'hidden' : 'eye'}
                label={isHidden ? `Show ${name}` : `Hide ${name}`}
                onClick={() => void change(value, { isHidden: !isHidden })}
              />
              <IconButton
                icon={isLocked ? 'lock' : 'unlock'}
                label={isLocked ? `Unlock ${name}` : `Lock ${name}: drawing leaves it as it is`}
                onClick={() => void change(value, { isLocked: !isLocked })}
              />
            </li>
          ))}
        </ul>
      )}
      {session.project.value?.hasIgnored === true && (
        <p class="row small muted">
          <span class="swatch" style={{ background: 'rgb(128 128 128)' }} /> Grey: nobody has annotated it. Training
          ignores it.
        </p>
      )}
      <Slider
        name="Brush"
        unit="px"
        value={diameter.value}
        low={1}
        high={60}
        onChange={(value) => resizeBrush(value - diameter.value)}
      />
      <Slider
        name="Opacity"
        unit="%"
        value={Math.round(100 * opacity.value)}
        low={5}
        high={100}
        onChange={(value) => {
          opacity.value = value / 100;
        }}
      />
      <label class="row small">
        <input
          type="checkbox"
          checked={isSparing.value}
          onChange={(e) => (isSparing.value = e.currentTarget.checked)}
        />
        Draw on background only
      </label>
      <label class="row small">
        <input
          type="checkbox"
          checked={areLabelsShown.value}
          onChange={(e) => (areLabelsShown.value = e.currentTarget.checked)}
        />
        Show labels <kbd>H</kbd>
      </label>
      <label class="row small">
        <input type="checkbox" checked={isSmooth.value} onChange={(e) => (isSmooth.value = e.currentTarget.checked)} />
        Smooth between pixels
      </label>
    </section>
  );
}

function Slider(props: {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly onChange: (value: number) => void;
}) {
  const { name, unit, value, low, high, onChange } = props;
  return (
    <label class="row small">
      <span style={{ width: '52px' }}>{name}</span>
      <input
        class="grow"
        type="range"
        min={low}
        max={high}
        value={value}
        onInput={(e) => onChange(Number(e.currentTarget.value))}
      />
      <span class="muted number" style={{ width: '42px', textAlign: 'right' }}>
        {value} {unit}
      </span>
    </label>
  );
}
