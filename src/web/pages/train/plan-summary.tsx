import { useEffect, useState } from 'preact/hooks';
import { countOf } from '../../../core/count-of.ts';
import type { TrainingPlan } from '../../../studio/api/index.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** What a training that is started now would learn from, as it changes with the labels. */
export function usePlan(session: Session): TrainingPlan | undefined {
  const [plan, setPlan] = useState<TrainingPlan>();
  const project = session.project.value;
  const key = project?.cases.map(({ revision, state }) => `${revision}${state[0]}`).join(' ');
  const held = JSON.stringify(project?.heldOut);
  useEffect(() => {
    let closed = false;
    const timer = setTimeout(() => {
      session.studio
        .ask('plan', {})
        .then((found) => closed || setPlan(found))
        .catch(() => undefined);
    }, 200);
    return () => {
      closed = true;
      clearTimeout(timer);
    };
  }, [session, key, held]);
  return plan;
}

/** What will train, and which scans are held out to judge it. */
export function PlanSummary({ session, plan }: { readonly session: Session; readonly plan: TrainingPlan }) {
  const { labels, heldOut, unlabelled, acceptedOnly } = plan;
  return (
    <div class="column small">
      <p>
        Learns from {countOf(labels.slices, 'labelled slice')} of {countOf(labels.cases, 'scan')}, and from{' '}
        {countOf(unlabelled, 'scan')} without labels. {countOf(heldOut.length, 'scan')} held out to judge the model.
      </p>
      {heldOut.length === 0 && (
        <p class="muted">
          With labels on three patients or more, one is held out. Without any, nobody knows how good the model is.
        </p>
      )}
      {acceptedOnly > 0 && (
        <p class="muted">
          {countOf(acceptedOnly, 'accepted slice')} of held-out scans do not judge: a model is not judged by its own
          proposals.
        </p>
      )}
      <details>
        <summary>Held-out scans</summary>
        <HeldOut session={session} plan={plan} />
      </details>
    </div>
  );
}

/** Which patients judge: the studio lets them join, or a person says. */
function HeldOut({ session, plan }: { readonly session: Session; readonly plan: TrainingPlan }) {
  const project = session.project.value;
  if (project === undefined) return null;
  const { patients: chosen, isChosen } = project.heldOut;
  const now = new Set(isChosen ? chosen : plan.heldOut.map(({ patient }) => patient));
  const able = new Set([
    ...plan.heldOut.map(({ patient }) => patient),
    ...project.cases.filter(({ slices }) => slices.some(judges)).map(({ patient }) => patient),
  ]);
  const send = (patients: readonly string[], isByPerson: boolean) =>
    attempt(async () => {
      const body = { patients: [...patients], isChosen: isByPerson };
      session.project.value = await session.studio.ask('setHeldOut', { body });
    });
  const toggle = (patient: string, isOn: boolean) =>
    send([...[...now].filter((one) => one !== patient), ...(isOn ? [patient] : [])], true);
  return (
    <div class="column held-out">
      {[...able].sort().map((patient) => (
        <label key={patient} class="row">
          <input
            type="checkbox"
            checked={now.has(patient)}
            onChange={(event) => void toggle(patient, event.currentTarget.checked)}
          />
          <span class="ellipsis" title={patient}>
            {patient}
          </span>
        </label>
      ))}
      {able.size === 0 && <p class="muted">No patient has a label that could judge a model yet.</p>}
      {isChosen && (
        <button type="button" class="button" onClick={() => void send([...now], false)}>
          Let the studio choose
        </button>
      )}
    </div>
  );
}

const judges = (state: string) => !['unlabelled', 'rejected', 'accepted'].includes(state);
