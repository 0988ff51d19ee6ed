import type { Run } from '../../../studio/api/index.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { diceText, durationText, isUnderWay, RunBadge } from '../../components/run-state.tsx';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** How far the current run is, with the buttons that hold it, go on and end it. */
export function RunControl({ session, run }: { readonly session: Session; readonly run: Run }) {
  const { progress, best, state } = run;
  const send = (name: 'pause' | 'resume' | 'stop') =>
    attempt(async () => session.updateRun(await session.studio.ask(name, { run: run.id })));
  const share = state === 'finished' ? 1 : progress?.totalSteps ? progress.step / progress.totalSteps : 0;
  const button = (name: 'pause' | 'resume' | 'stop', text: string, icon: IconName, isEnabled: boolean) => (
    <button type="button" class="button" disabled={!isEnabled} onClick={() => void send(name)}>
      <Icon name={icon} size={16} /> {text}
    </button>
  );
  return (
    <section class="card column" style={{ gap: '12px' }} aria-labelledby="run-title">
      <header class="row wrap">
        <h2 id="run-title" class="grow">
          {run.id}
        </h2>
        <RunBadge run={run} />
        {button('pause', 'Pause', 'pause', state === 'training' || state === 'starting')}
        {button('resume', 'Resume', 'play', run.resumable)}
        {button('stop', 'Stop', 'stop', state === 'training' || run.resumable)}
      </header>
      {run.problem !== undefined && (
        <p role="alert" class="small" style={{ color: 'var(--bad)' }}>
          {run.problem}
        </p>
      )}
      <div
        class="bar"
        role="progressbar"
        aria-label="Progress of the training"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * share)}
      >
        <span style={{ width: `${100 * share}%` }} />
      </div>
      <dl class="figures">
        {/* Of a run of an earlier day the steps are no longer known. */}
        {(progress !== undefined || isUnderWay(run)) && (
          <Figure
            name="Step"
            value={progress === undefined ? '–' : `${progress.step}`}
            more={progress?.totalSteps ? `of ${progress.totalSteps}` : ''}
          />
        )}
        {isUnderWay(run) ? (
          <Figure name="Time left" value={durationText(progress?.secondsLeft)} more="" />
        ) : (
          <Figure name="Took" value={durationText(secondsOf(run))} more="" />
        )}
        <Figure
          name="Best validation Dice"
          value={diceText(best?.dice)}
          more={typeof best?.dice === 'number' ? `at step ${best.step}` : ''}
        />
        {progress !== undefined && (
          <Figure name="Images per second" value={progress.imagesPerSecond.toFixed(1)} more="" />
        )}
      </dl>
    </section>
  );
}

/** From its beginning to its end, pauses too. */
function secondsOf({ created, ended }: Run): number | undefined {
  return ended === undefined ? undefined : (Date.parse(ended) - Date.parse(created)) / 1000;
}

function Figure({ name, value, more }: { readonly name: string; readonly value: string; readonly more: string }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        {value} <span class="small muted">{more}</span>
      </dd>
    </div>
  );
}
