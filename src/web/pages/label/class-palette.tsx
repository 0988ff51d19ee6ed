import { useState } from 'preact/hooks';
import { classColour, cssColour } from '../../../report/colours.ts';
import { areLabelsShown, diameter, isSparing, label, opacity, resizeBrush } from '../../annotation/tools.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** Classes to draw with, their names, and how drawing works. */
export function ClassPalette({ session }: { readonly session: Session }) {
  const [names, setNames] = useState<readonly string[]>();
  const classes = session.project.value?.classes ?? [];
  const save = () =>
    attempt(async () => {
      const asked = (names ?? []).map((name) => name.trim()).filter((name) => name !== '');
      session.project.value = await session.studio.ask('setClasses', { body: { classes: ['background', ...asked] } });
      setNames(undefined);
    });
  return (
    <section aria-labelledby="classes-title">
      <header>
        <h2 id="classes-title">Classes</h2>
        {names === undefined && (
          <button type="button" class="button plain" onClick={() => setNames(classes.slice(1))}>
            Edit
          </button>
        )}
      </header>
      {names === undefined ? (
        <div class="palette">
          {classes.slice(1).map((name, i) => (
            <button
              key={name}
              type="button"
              class="button"
              aria-pressed={label.value === i + 1}
              onClick={() => {
                label.value = i + 1;
              }}
            >
              <span class="swatch" style={{ background: cssColour(classColour(i + 1)) }} />
              {name}
              {i < 9 && <kbd>{i + 1}</kbd>}
            </button>
          ))}
        </div>
      ) : (
        <form
          class="column"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          {names.map((name, i) => (
            <label key={i} class="row">
              <span class="swatch" style={{ background: cssColour(classColour(i + 1)) }} />
              <span class="hidden-text">Name of class {i + 1}</span>
              <input
                class="grow"
                type="text"
                maxLength={64}
                value={name}
                onInput={(event) => setNames(names.map((old, at) => (at === i ? event.currentTarget.value : old)))}
              />
            </label>
          ))}
          <div class="row wrap">
            <button type="button" class="button" onClick={() => setNames([...names, `class ${names.length + 1}`])}>
              Add
            </button>
            <span class="grow" />
            <button type="button" class="button plain" onClick={() => setNames(undefined)}>
              Cancel
            </button>
            <button type="submit" class="button primary">
              Save
            </button>
          </div>
        </form>
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
