import { useState } from 'preact/hooks';
import { PatchclError } from '../../../core/errors.ts';
import { Icon } from '../../components/icon.tsx';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { type Choice, METHOD_CHOICES, PRESET_CHOICES, RECOMMENDED } from './choices.ts';
import { PlanSummary, usePlan } from './plan-summary.tsx';

/** What a training is to learn from, how, and for how long. */
export function StartForm({ session, isBusy }: { readonly session: Session; readonly isBusy: boolean }) {
  const [minutes, setMinutes] = useState(10);
  const [steps, setSteps] = useState(1000);
  const [by, setBy] = useState<'minutes' | 'steps'>('minutes');
  const [method, setMethod] = useState('patchcl');
  const [preset, setPreset] = useState('default');
  const [more, setMore] = useState('');
  const [isStarting, setStarting] = useState(false);
  const plan = usePlan(session);
  const isEmpty = (plan?.labels.slices ?? 0) === 0;
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
      {plan !== undefined && <PlanSummary session={session} plan={plan} />}
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
      <Chooser title="Method" choices={METHOD_CHOICES} value={method} onChange={setMethod} />
      <Chooser title="Settings" choices={PRESET_CHOICES} value={preset} onChange={setPreset} />
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
      <button type="submit" class="button primary" disabled={isBusy || isStarting || isEmpty}>
        <Icon name="play" size={16} /> {isStarting ? 'Starting…' : 'Train'}
      </button>
      {isEmpty && <p class="small muted">Label at least one slice first.</p>}
    </form>
  );
}

/** A list to choose from, and what the choice means. */
function Chooser(props: {
  readonly title: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const { title, choices, value, onChange } = props;
  return (
    <label class="field">
      <span>{title}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.name}
            {choice.value === RECOMMENDED && ' (recommended)'}
          </option>
        ))}
      </select>
      <span class="small muted">{choices.find((choice) => choice.value === value)?.about}</span>
    </label>
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
