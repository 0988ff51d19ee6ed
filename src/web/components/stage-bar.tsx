import type { Signal } from '@preact/signals';
import type { Measures } from '../../studio/api/index.ts';
import type { Window } from '../viewer/paint.ts';
import { levelWidth, presetsOf, windowNumber, windowOf } from '../viewer/windows.ts';

/** Which values are black and white, in numbers. */
export function StageBar({ measures, window }: { readonly measures: Measures; readonly window: Signal<Window> }) {
  const { level, width } = levelWidth(window.value);
  const presets = presetsOf(measures);
  const [low, high] = window.value;
  const chosen = presets.findIndex((preset) => preset.window[0] === low && preset.window[1] === high);
  const change = (next: Partial<{ level: number; width: number }>) => {
    const asked = { level, width, ...next };
    if (Number.isFinite(asked.level) && asked.width > 0) window.value = windowOf(asked);
  };
  return (
    <div class="stage-bar">
      <label class="row small">
        Window
        <select
          value={String(chosen)}
          title={
            measures.hounsfield === 'likely' ? 'Values look like Hounsfield units; the file does not say' : undefined
          }
          onChange={(event) => {
            const preset = presets[Number(event.currentTarget.value)];
            if (preset !== undefined) window.value = preset.window;
          }}
        >
          {chosen < 0 && <option value="-1">own</option>}
          {presets.map(({ name }, i) => (
            <option key={i} value={String(i)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <NumberField name="Level" value={windowNumber(level, width)} onChange={(value) => change({ level: value })} />
      <NumberField name="Width" value={windowNumber(width, width)} onChange={(value) => change({ width: value })} />
      <button
        type="button"
        class="button plain"
        disabled={chosen === 0}
        onClick={() => (window.value = measures.window)}
      >
        Reset
      </button>
    </div>
  );
}

/** Takes effect when it is left, or with Enter: while somebody types it is no number yet. */
function NumberField(props: {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label class="row small">
      {props.name}
      <input
        type="number"
        step="any"
        value={props.value}
        onChange={(event) => {
          props.onChange(event.currentTarget.valueAsNumber);
          event.currentTarget.value = props.value;
        }}
      />
    </label>
  );
}
