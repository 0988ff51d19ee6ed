import { Chart, UNJUDGED } from '../../components/chart.tsx';
import { Icon } from '../../components/icon.tsx';
import { isUnderWay } from '../../components/run-state.tsx';
import { type Curves, DICE } from '../../state/curves.ts';
import type { Session } from '../../state/session.ts';
import { RunControl } from './run-control.tsx';
import { StartForm } from './start-form.tsx';
import { WatchedCase } from './watched-case.tsx';

/** Loss parts that are worth a line of their own, in their order. */
const LOSSES = ['loss', 'supervised', 'consistency', 'contrast'];

/** Starting, holding and watching the training. */
export function TrainPage({ session }: { readonly session: Session }) {
  const run = session.current.value;
  const curves = session.curves.value;
  const watched = [...session.watched.value];
  return (
    <div class="page-body">
      <div class="page-head">
        <h1 class="grow">Train</h1>
      </div>
      <div class="train-grid">
        <StartForm session={session} isBusy={run !== undefined && isUnderWay(run)} />
        {run === undefined ? (
          <div class="card empty">
            <Icon name="chart" size={32} />
            <p>Nothing has been trained yet. Label a few slices of two or three scans, then train for some minutes.</p>
          </div>
        ) : (
          <div class="column" style={{ gap: '16px' }}>
            <RunControl session={session} run={run} />
            <div class="charts">
              <Chart
                title="Validation Dice"
                xLabel="step"
                yLabel="Dice"
                yRange={[0, 1]}
                series={diceSeries(curves)}
                {...(run.validation.length === 0 && { nothing: UNJUDGED })}
              />
              <Chart title="Loss and its parts" xLabel="step" yLabel="loss" series={lossSeries(curves)} />
            </div>
            {watched.length > 0 && (
              <section class="card" aria-labelledby="watched-title">
                <header>
                  <h2 id="watched-title">Pseudo-labels of scans without labels, as they are now</h2>
                </header>
                <div class="watched">
                  {watched.map(([id, step]) => (
                    <WatchedCase key={id} session={session} id={id} run={run.id} step={step} />
                  ))}
                </div>
              </section>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

function diceSeries(curves: Curves) {
  return DICE.map((name) => ({ name: name.replace('validation/', ''), points: curves[name] ?? [] }));
}

function lossSeries(curves: Curves) {
  const names = LOSSES.filter((name) => (curves[name]?.length ?? 0) > 0);
  return names.map((name) => ({ name, points: curves[name] ?? [] }));
}
