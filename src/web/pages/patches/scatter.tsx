import { classColour, cssColour } from '../../../report/colours.ts';
import type { PatchViewData } from '../../../studio/api/index.ts';

const SIZE = 300;
const MARGIN = 12;

/** Embeddings of the keys on their two principal axes, a dot each, coloured by class. */
export function Scatter({ view }: { readonly view: PatchViewData }) {
  const { embedding, classes, explained } = view;
  const reach = Math.max(1e-9, ...embedding.map(({ x, y }) => Math.max(Math.abs(x), Math.abs(y))));
  const at = (value: number) => SIZE / 2 + (value / reach) * (SIZE / 2 - MARGIN);
  return (
    <figure class="card">
      <figcaption class="column" style={{ gap: '2px', marginBottom: '8px' }}>
        <h2>Embeddings of the keys</h2>
        <span class="muted small">
          {embedding.length === 0
            ? 'The contrast has not joined the training yet.'
            : `Two principal axes, ${Math.round(100 * explained)} % of the variance. Classes that lie apart are told apart.`}
        </span>
      </figcaption>
      <svg
        viewBox={`0 0 ${SIZE} ${SIZE}`}
        role="img"
        aria-label={`Scatter of ${embedding.length} patch embeddings by class`}
      >
        <rect width={SIZE} height={SIZE} rx="8" fill="var(--page)" />
        {embedding.map(({ class: label, x, y }, i) => (
          <circle
            key={`${label}-${i}`}
            cx={at(x)}
            cy={at(-y)}
            r="2.6"
            fill={cssColour(classColour(label))}
            fill-opacity="0.75"
          />
        ))}
      </svg>
      <div class="legend" style={{ marginTop: '8px' }}>
        {classes.map((name, label) => (
          <span key={name}>
            <span class="swatch" style={{ background: cssColour(classColour(label)) }} />
            {name}
          </span>
        ))}
      </div>
    </figure>
  );
}
