import { useState } from 'preact/hooks';
import { PatchclError } from '../../../core/errors.ts';
import { METHODS } from '../../../methods/index.ts';
import { isLabel } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** What a training is to learn from, how, and for how long. */
export function StartForm({ session, isBusy }: { readonly session: Session; readonly isBusy: boolean }) {
  const [minutes, setMinutes] = useState(10);
  const [steps, setSteps] = useState(1000);
  const [by, setBy] = useState<'minutes' | 'steps'>('minutes');
  const [method, setMethod] = useState('patchcl');
  const [preset, setPreset] = useState('default');
  const [more, setMore] = useState('');
  const [isStarting, setStarting] = useState(false);
  const cases = session.project.value?.cases ?? [];
  const labelled = cases.filter(({ slices }) => slices.some(isLabel));
  const slices = labelled.reduce((sum, item) => sum + item.slices.filter(isLabel).length, 0);
  const start = async () => {
    setStarting(true);
    await attempt(async () => {
      const budget = by === 'minutes' ? { minutes } : { steps };
      const settings = await settingsOf(more);
      session.updateRun(await session.studio.ask('train', { body: { ...budget, method, preset, settings } }));
    });
    setStarting(false);
  };
  return (
    <form
      class="card column"
      style={{ gap: '12px' }}
      aria-labelledby="start-title"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <h2 id="start-title">New training</h2>
      <p class="muted small">
        Learns from {slices} labelled slice{slices === 1 ? '' : 's'} of {labelled.length} scan
        {labelled.length === 1 ? '' : 's'}, and from the other {cases.length - labelled.length} without labels.
      </p>
      <fieldset class="field">
        <span>How long</span>
        <div class="row">
          <input
            class="grow"
            type="number"
            aria-label={by === 'minutes' ? 'Minutes' : 'Steps'}
            min={by === 'minutes' ? 0.1 : 1}
            step={by === 'minutes' ? 'any' : 1}
            required
            style={{ width: '80px' }}
            value={by === 'minutes' ? minutes : steps}
            onInput={(event) => (by === 'minutes' ? setMinutes : setSteps)(Number(event.currentTarget.value))}
          />
          <select aria-label="Unit" value={by} onChange={(event) => setBy(event.currentTarget.value as typeof by)}>
            <option value="minutes">minutes</option>
            <option value="steps">steps</option>
          </select>
        </div>
      </fieldset>
      <label class="field">
        <span>Method</span>
        <select value={method} onChange={(event) => setMethod(event.currentTarget.value)}>
          {METHODS.map(({ name }) => (
            <option key={name} value={name}>
              {name === 'patchcl' ? 'PatchCL' : name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Settings</span>
        <select value={preset} onChange={(event) => setPreset(event.currentTarget.value)}>
          <option value="default">default: most Dice per minute</option>
          <option value="demo">demo: small and fast</option>
          <option value="paper">paper: to the letter, slow</option>
        </select>
      </label>
      <details>
        <summary class="small muted">More settings</summary>
        <label class="field" style={{ marginTop: '8px' }}>
          <span>As in a configuration file (YAML)</span>
          <textarea
            rows={5}
            spellcheck={false}
            placeholder={'seed: 2\ndevice: webgpu'}
            value={more}
            onInput={(event) => setMore(event.currentTarget.value)}
          />
        </label>
      </details>
      <button type="submit" class="button primary" disabled={isBusy || isStarting || labelled.length === 0}>
        <Icon name="play" size={16} /> {isStarting ? 'Starting…' : 'Train'}
      </button>
      {labelled.length === 0 && <p class="small muted">Label at least one slice first.</p>}
    </form>
  );
}

/** Settings of a person, nested; unknown ones are refused by the studio. @throws PatchclError `bad-config` when it is no YAML */
async function settingsOf(text: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  try {
    const settings: unknown = parse(text) ?? {};
    if (typeof settings === 'object' && !Array.isArray(settings)) return settings as Record<string, unknown>;
  } catch (cause) {
    throw new PatchclError('bad-config', `this is not YAML: ${(cause as Error).message.split('\n')[0]}`, {
      subject: 'More settings',
    });
  }
  throw new PatchclError('bad-config', 'one "name: value" a line was expected', { subject: 'More settings' });
}
