import { countOf } from '../../../core/count-of.ts';
import { cssColour, type PatchRole, ROLE_COLOURS, viridis } from '../../../report/colours.ts';
import type { PatchViewData } from '../../../studio/api/index.ts';

/** One image of a batch: its patches of a class, or how much each of them is doubted. */
export function PatchImage({
  view,
  image,
  label,
  isEntropy,
}: {
  readonly view: PatchViewData;
  readonly image: number;
  readonly label: number;
  readonly isEntropy: boolean;
}) {
  const { size, patch, stride, perSide } = view;
  const shown = view.images[image];
  const count = perSide ** 2;
  const own = (patches: readonly number[] | undefined) =>
    (patches ?? []).filter((index) => Math.floor(index / count) === image).map((index) => index % count);
  const corner = (index: number) => ({ x: (index % perSide) * stride, y: Math.floor(index / perSide) * stride });
  const roles: readonly (readonly [PatchRole, readonly number[]])[] = [
    ['negative', own(view.negatives[label])],
    ['positive', own(view.positives[label])],
    ['anchor', own(view.anchors[label])],
  ];
  const values = view.entropy[label] ?? [];
  const [low, high] = rangeOf(values);
  const text = `${shown?.labelled ? 'Labelled' : 'Unlabelled'} image ${image + 1}: ${roles.map(([role, patches]) => `${countOf(patches.length, role)}`).join(', ')}`;
  return (
    <figure>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={text} class="patch-picture">
        <image
          href={`data:image/png;base64,${shown?.png}`}
          width={size}
          height={size}
          style={{ imageRendering: 'pixelated' }}
        />
        {isEntropy
          ? Array.from({ length: count }, (_, index) => {
              const value = values[image * count + index];
              const { x, y } = corner(index);
              const fill =
                value === null || value === undefined
                  ? '#46464a'
                  : cssColour(viridis((value - low) / Math.max(high - low, 1e-12)));
              // Patches overlap: each is shown by what is nearest to its own middle.
              const inset = (patch - stride) / 2;
              return (
                <rect
                  key={index}
                  x={x + inset}
                  y={y + inset}
                  width={stride}
                  height={stride}
                  fill={fill}
                  fill-opacity="0.66"
                />
              );
            })
          : roles.flatMap(([role, patches]) =>
              patches.map((index) => {
                const { x, y } = corner(index);
                const inset = INSET[role];
                return (
                  <rect
                    key={`${role}-${index}`}
                    x={x + inset}
                    y={y + inset}
                    width={patch - 2 * inset}
                    height={patch - 2 * inset}
                    fill="none"
                    stroke={cssColour(ROLE_COLOURS[role])}
                    stroke-width={size / 130}
                    stroke-dasharray={DASH[role]}
                  />
                );
              }),
            )}
      </svg>
      <figcaption class="small muted">{text}</figcaption>
    </figure>
  );
}

const INSET: Readonly<Record<PatchRole, number>> = { anchor: 0.4, positive: 1.2, negative: 2 };
const DASH: Readonly<Record<PatchRole, string>> = { anchor: 'none', positive: '3 2', negative: '1 2' };

function rangeOf(values: readonly (number | null)[]): readonly [number, number] {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? [0, 1] : [Math.min(...known), Math.max(...known)];
}
