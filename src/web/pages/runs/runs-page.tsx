import { useEffect, useState } from 'preact/hooks';
import { countOf } from '../../../core/count-of.ts';
import type { Run, RunDetail } from '../../../studio/api/index.ts';
import { FileButton } from '../../components/buttons.tsx';
import { Chart, UNJUDGED } from '../../components/chart.tsx';
import { DropZone } from '../../components/drop-zone.tsx';
import { Icon } from '../../components/icon.tsx';
import { diceText, isUnderWay, RunBadge, timeText } from '../../components/run-state.tsx';
import { curvesOf, DICE } from '../../state/curves.ts';
import { saveFile } from '../../state/download.ts';
import { attempt, notify } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';
import { METHOD_CHOICES, nameOf, PRESET_CHOICES } from '../train/choices.ts';

/** Every run side by side, what they leave behind, and models from elsewhere. */
export function RunsPage({ session }: { readonly session: Session }) {
  const { runs } = session.runs.value;
  const [compared, setCompared] = useState<ReadonlySet<string>>(new Set(runs.slice(-3).map(({ id }) => id)));
  const [details, setDetails] = useState<readonly RunDetail[]>([]);
  const wanted = runs.filter(({ id, kind }) => kind === 'run' && compared.has(id)).map(({ id }) => id);
  useEffect(() => {
    void attempt(async () => setDetails(await Promise.all(wanted.map((id) => session.detail(id)))));
  }, [session, wanted.join(' ')]);
  const toggle = (id: string) => {
    const next = new Set(compared);
    if (!next.delete(id)) next.add(id);
    setCompared(next);
  };
  const load = (file: File | undefined) =>
    attempt(async () => {
      if (file === undefined) return;
      const body = new Uint8Array(await file.arrayBuffer());
      const run = await session.studio.ask('loadModel', { name: file.name, body });
      session.updateRun(run);
      notify(`${file.name} was loaded as ${run.id}. The best model on the held-out scans proposes.`);
    });
  return (
    <DropZone text="Drop a model (.onnx) here to load it" onFiles={([file]) => void load(file)}>
      <div class="page-body">
        <div class="page-head">
          <h1 class="grow">Runs</h1>
          <FileButton accept=".onnx" onFiles={([file]) => void load(file)}>
            <Icon name="upload" size={16} /> Load a model
          </FileButton>
        </div>
        {runs.length === 0 ? (
          <div class="card empty">
            <Icon name="chart" size={32} />
            <p>No runs yet. Train one, or load an ONNX model that was trained elsewhere.</p>
          </div>
        ) : (
          <div class="column" style={{ gap: '16px' }}>
            <div class="card" style={{ overflowX: 'auto' }}>
              <table>
                <thead>
                  <tr>
                    {[
                      'Compare',
                      'Run',
                      'State',
                      'Method',
                      'Learned from',
                      'Best Dice',
                      'Step',
                      'Download',
                      'Proposes',
                    ].map((title) => (
                      <th key={title} scope="col">
                        {title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {[...runs].reverse().map((run) => (
                    <RunRow
                      key={run.id}
                      session={session}
                      run={run}
                      isCompared={compared.has(run.id)}
                      onCompare={() => toggle(run.id)}
                    />
                  ))}
                </tbody>
              </table>
            </div>
            <Comparison details={details} />
          </div>
        )}
      </div>
    </DropZone>
  );
}

function RunRow({
  session,
  run,
  isCompared,
  onCompare,
}: {
  readonly session: Session;
  readonly run: Run;
  readonly isCompared: boolean;
  readonly onCompare: () => void;
}) {
  const fetchFile = (name: 'model' | 'report', file: string, type?: string) =>
    attempt(async () => saveFile(await session.studio.ask(name, { run: run.id }), file, type));
  const remove = () =>
    attempt(async () => {
      const stays = 'Its model, curves and report are deleted. Labels that you accepted from it stay.';
      if (!confirm(`Remove ${run.id} for good? ${stays}`)) return;
      session.runs.value = await session.studio.ask('removeRun', { run: run.id });
      notify(`${run.id} was removed.`);
    });
  return (
    <tr>
      <td>
        {run.kind === 'run' && (
          <input type="checkbox" aria-label={`Compare ${run.id}`} checked={isCompared} onChange={onCompare} />
        )}
      </td>
      <td>
        <strong>{run.id}</strong>
        <div class="small muted">{timeText(run.created)}</div>
      </td>
      <td>
        <RunBadge run={run} />
      </td>
      <td>
        {run.method === 'foreign' ? 'from elsewhere' : nameOf(METHOD_CHOICES, run.method)}
        {run.preset !== undefined && <div class="small muted">{nameOf(PRESET_CHOICES, run.preset)}</div>}
      </td>
      <td class="number">
        {run.kind === 'run' ? `${countOf(run.labels.slices, 'slice')} of ${countOf(run.labels.cases, 'scan')}` : '–'}
        {run.validation.length > 0 && <div class="small muted">{countOf(run.validation.length, 'scan')} held out</div>}
      </td>
      <td class="number">{diceText(run.best?.dice)}</td>
      <td class="number">{run.best?.step ?? '–'}</td>
      <td>
        <div class="row">
          <button
            type="button"
            class="button"
            disabled={!run.hasModel}
            onClick={() => void fetchFile('model', `${run.id}.onnx`)}
          >
            ONNX
          </button>
          <button
            type="button"
            class="button"
            disabled={!run.hasReport}
            onClick={() => void fetchFile('report', `${run.id}.html`, 'text/html')}
          >
            Report
          </button>
          <button
            type="button"
            class="button plain danger"
            aria-label={`Remove ${run.id}`}
            disabled={isUnderWay(run)}
            onClick={() => void remove()}
          >
            <Icon name="trash" size={16} /> Remove
          </button>
        </div>
      </td>
      <td>
        <Proposes session={session} run={run} />
      </td>
    </tr>
  );
}

/** Whether the run's model proposes, and why; else it can be chosen. */
function Proposes({ session, run }: { readonly session: Session; readonly run: Run }) {
  const { proposes } = session.runs.value;
  const choose = (id: string | null) =>
    attempt(async () => {
      session.runs.value = await session.studio.ask('chooseModel', { body: { run: id } });
    });
  if (proposes?.run !== run.id) {
    return (
      <button
        type="button"
        class="button"
        disabled={!run.hasModel}
        aria-label={`Let it propose: ${run.id}`}
        onClick={() => void choose(run.id)}
      >
        Let it propose
      </button>
    );
  }
  return (
    <div class="column small" style={{ maxWidth: '220px' }}>
      <span class="badge good">proposes</span>
      <span class="muted">{proposes.because}</span>
      {proposes.isChosen && (
        <button type="button" class="button" onClick={() => void choose(null)}>
          Let better runs take over
        </button>
      )}
    </div>
  );
}

/** Validation Dice and losses of the chosen runs over their steps, and what differs between their settings. */
function Comparison({ details }: { readonly details: readonly RunDetail[] }) {
  if (details.length === 0) return null;
  const curves = details.map((detail) => ({ id: detail.id, curves: curvesOf(detail) }));
  const [, teacher] = DICE;
  const line = (name: string) => curves.map((one) => ({ name: one.id, points: one.curves[name] ?? [] }));
  const rows = differences(details);
  return (
    <>
      <div class="charts">
        <Chart
          title="Validation Dice of the teacher"
          xLabel="step"
          yLabel="Dice"
          yRange={[0, 1]}
          series={line(teacher)}
          {...(details.every(({ validation }) => validation.length === 0) && { nothing: UNJUDGED })}
        />
        <Chart title="Loss" xLabel="step" yLabel="loss" series={line('loss')} />
      </div>
      {rows.length > 0 && (
        <section class="card" aria-labelledby="differences-title" style={{ overflowX: 'auto' }}>
          <h2 id="differences-title">Settings that differ</h2>
          <table>
            <thead>
              <tr>
                <th scope="col">Setting</th>
                {details.map(({ id }) => (
                  <th key={id} scope="col">
                    {id}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, values]) => (
                <tr key={name}>
                  <td>{name}</td>
                  {values.map((value, i) => (
                    <td key={details[i]?.id} class="number">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}

/** Lines of the YAML configurations that are not the same in all runs: setting and values. */
function differences(details: readonly RunDetail[]): readonly (readonly [string, readonly string[]])[] {
  const settings = details.map(({ config }) => flatten(config));
  const names = [...new Set(settings.flatMap((one) => [...one.keys()]))];
  return names
    .map((name) => [name, settings.map((one) => one.get(name) ?? '–')] as const)
    .filter(([, values]) => new Set(values).size > 1);
}

/** `a:\n  b: 1` gives `a.b` the value 1. Lists come one item a line, and are left out. */
function flatten(yaml: string): Map<string, string> {
  const path: string[] = [];
  const found = new Map<string, string>();
  for (const line of yaml.split('\n')) {
    const [, indent, name, value] = /^( *)([\w-]+):(.*)$/.exec(line) ?? [];
    if (indent === undefined || name === undefined) continue;
    path.splice(indent.length / 2, path.length, name);
    if (value?.trim()) found.set(path.join('.'), value.trim());
  }
  return found;
}
