import { useEffect, useState } from 'preact/hooks';
import { cssColour, type PatchRole, ROLE_COLOURS } from '../../../report/colours.ts';
import type { PatchViewData } from '../../../studio/api/index.ts';
import { Icon } from '../../components/icon.tsx';
import { messageOf } from '../../state/notices.ts';
import { go, route } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { PatchImage } from './patch-image.tsx';
import { Scatter } from './scatter.tsx';

/** What the contrastive loss works on: patches, their roles, their entropy, and how their embeddings lie. */
export function PatchesPage({ session }: { readonly session: Session }) {
  const runs = session.runs.value.runs.filter(
    ({ kind, method, hasModel }) => kind === 'run' && method === 'patchcl' && hasModel,
  );
  const run = runs.find(({ id }) => id === route.value.subject) ?? runs.at(-1);
  const [view, setView] = useState<PatchViewData>();
  const [problem, setProblem] = useState<string>();
  const [batch, setBatch] = useState(0);
  const [label, setLabel] = useState(1);
  const [isEntropy, setEntropy] = useState(false);
  const id = run?.id;
  useEffect(() => {
    let isShown = true;
    setView(undefined);
    setProblem(undefined);
    if (id === undefined) return;
    session.studio.ask('patches', { run: id, batch }).then(
      (sampled) => isShown && setView(sampled),
      (error) => isShown && setProblem(messageOf(error)),
    );
    return () => {
      isShown = false;
    };
  }, [session, id, batch]);
  if (run === undefined) {
    return (
      <div class="page-body">
        <div class="page-head">
          <h1>Patches</h1>
        </div>
        <div class="card empty">
          <Icon name="grid" size={32} />
          <p>There is no PatchCL training yet that has come to its first validation.</p>
        </div>
      </div>
    );
  }
  return (
    <div class="page-body">
      <div class="page-head wrap">
        <h1 class="grow">Patches</h1>
        <select
          aria-label="Run"
          value={run.id}
          onChange={(event) => go({ page: 'patches', subject: event.currentTarget.value })}
        >
          {runs.map((one) => (
            <option key={one.id} value={one.id}>
              {one.id}
            </option>
          ))}
        </select>
        <select aria-label="Class" value={label} onChange={(event) => setLabel(Number(event.currentTarget.value))}>
          {run.classes.map((name, k) => (
            <option key={name} value={k}>
              {name}
            </option>
          ))}
        </select>
        <fieldset class="segmented" aria-label="What is shown">
          <button type="button" class="button" aria-pressed={!isEntropy} onClick={() => setEntropy(false)}>
            Roles
          </button>
          <button type="button" class="button" aria-pressed={isEntropy} onClick={() => setEntropy(true)}>
            Entropy
          </button>
        </fieldset>
        <button type="button" class="button" onClick={() => setBatch(batch + 1)}>
          Another batch
        </button>
      </div>
      {view === undefined ? (
        <p class="muted" role="status">
          {problem ?? 'A batch is being sampled…'}
        </p>
      ) : (
        <div class="patches">
          <section class="card" aria-label="Images of the batch">
            <div class="patch-images">
              {view.images.map((image, i) => (
                <PatchImage key={image.png.slice(-40) + i} view={view} image={i} label={label} isEntropy={isEntropy} />
              ))}
            </div>
            <div class="legend" style={{ marginTop: '10px' }}>
              {isEntropy ? (
                <span>From dark to bright: average patch entropy; grey: no candidate of the class.</span>
              ) : (
                (Object.keys(ROLE_COLOURS) as PatchRole[]).map((role) => (
                  <span key={role}>
                    <span class="swatch" style={{ background: cssColour(ROLE_COLOURS[role]) }} />
                    {ROLE_TEXTS[role]}
                  </span>
                ))
              )}
            </div>
          </section>
          <Scatter view={view} />
        </div>
      )}
    </div>
  );
}

const ROLE_TEXTS: Readonly<Record<PatchRole, string>> = {
  anchor: 'anchor',
  positive: 'positive: candidates of the class nearest in entropy',
  negative: 'negative: held against it by the other classes',
};
