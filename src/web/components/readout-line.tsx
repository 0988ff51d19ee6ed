import type { Signal } from '@preact/signals';
import type { Voxel } from '../../imaging/planes.ts';
import type { Annotation } from '../annotation/annotation.ts';
import { readoutOf } from '../viewer/readout.ts';

/** What there is under the pointer, or at the cursor: value, class, voxel and place. */
export function ReadoutLine({
  open,
  pointed,
}: {
  readonly open: Annotation;
  readonly pointed: Signal<Voxel | undefined>;
}) {
  open.version.value;
  const under = pointed.value;
  const voxel = under ?? open.cursor.value;
  const [slice, row, column] = voxel;
  const { value, voxel: counted, place } = readoutOf(open.measures, voxel, open.intensities.get(slice));
  const label = open.labels.get(slice)?.[row * open.measures.shape[2] + column];
  const { classes } = open.palette.value;
  const name = label === 0 ? 'background' : classes.find((one) => one.value === label)?.name;
  const isFlat = open.measures.shape[0] === 1;
  return (
    <dl class="readout">
      <Item name={under === undefined ? 'At the cursor' : 'Under the pointer'} value={value ?? 'loading…'} />
      <Item name="Class" value={name ?? ''} />
      <Item name={isFlat ? 'Pixel' : 'Voxel'} value={counted} />
      {place !== undefined && <Item name="Place" value={place} />}
    </dl>
  );
}

function Item({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
    </div>
  );
}
