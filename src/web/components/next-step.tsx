import { nextStep, STEPS, type Step } from '../state/next-step.ts';
import { route, routeHash } from '../state/route.ts';
import type { Session } from '../state/session.ts';

const NAMES: Readonly<Record<Step, string>> = { label: 'Label', train: 'Train', review: 'Review', export: 'Export' };

/** A strip that says where one is in the work, and what to do next. */
export function NextStep({ session }: { readonly session: Session }) {
  const next = nextStep(session.project.value, session.runs.value);
  if (next === undefined) return null;
  return (
    <section class="next-step" aria-label="Next step">
      <ol>
        {STEPS.map((step) => (
          <li key={step} {...(step === next.step ? { 'aria-current': 'step' as const } : {})}>
            {NAMES[step]}
          </li>
        ))}
      </ol>
      <span class="grow small">{next.text}</span>
      {next.step !== 'export' && next.page !== route.value.page && (
        <a class="button" href={routeHash({ page: next.page })}>
          {next.button}
        </a>
      )}
    </section>
  );
}
