import { useEffect, useState } from 'preact/hooks';
import type { Annotation } from '../annotation/annotation.ts';
import { type ClassAmounts as Amounts, classAmounts } from '../annotation/class-amounts.ts';
import { amountText } from '../viewer/readout.ts';

/** Milliseconds without drawing after which the classes are counted anew. */
const PAUSE = 300;

/** How much there is of each class on the slices that have a label. */
export function ClassAmounts({ open }: { readonly open: Annotation }) {
  const [amounts, setAmounts] = useState<Amounts>();
  const version = open.version.value;
  const states = open.states.value;
  useEffect(() => {
    const timer = setTimeout(() => setAmounts(classAmounts(open)), PAUSE);
    return () => clearTimeout(timer);
  }, [open, version, states]);
  if (amounts === undefined || amounts.slices === 0) return null;
  const isFlat = open.measures.shape[0] === 1;
  const { classes } = open.palette.value;
  return (
    <section aria-labelledby="amounts-title">
      <header>
        <h2 id="amounts-title">{isFlat ? 'Areas' : 'Volumes'}</h2>
      </header>
      <ul class="amounts small">
        {classes.map(({ value, name, colour }) => (
          <li key={value} class="row">
            <span class="swatch" style={{ background: colour }} />
            <span class="grow ellipsis" title={name}>
              {name}
            </span>
            <span class="number">{amountText(amounts.voxels.get(value) ?? 0, open.measures)}</span>
          </li>
        ))}
      </ul>
      {!isFlat && (
        <p class="muted small">
          {`Counted on ${amounts.slices} of ${open.measures.shape[0]} slices: those with a label.`}
          {amounts.missing > 0 && ` ${amounts.missing} more are still loading.`}
        </p>
      )}
    </section>
  );
}
