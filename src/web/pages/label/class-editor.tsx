import { useState } from 'preact/hooks';
import { countOf } from '../../../core/count-of.ts';
import type { PaletteRequest } from '../../../studio/api/index.ts';
import { IconButton } from '../../components/buttons.tsx';
import { attempt, notify } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

type Draft = PaletteRequest['palette'][number];

/** Names, colours and order of the classes; new ones, and removing some. A class keeps what is drawn of it whatever the others do. */
export function ClassEditor({ session, onDone }: { readonly session: Session; readonly onDone: () => void }) {
  const { project } = session;
  const [palette, setPalette] = useState<readonly Draft[]>(session.palette.value.classes);
  const [removed, setRemoved] = useState<readonly number[]>([]);
  const change = (i: number, look: Partial<Draft>) =>
    setPalette(palette.map((one, at) => (at === i ? { ...one, ...look } : one)));
  const swap = (i: number, by: number) => {
    const next = [...palette];
    const [here, there] = [next[i], next[i + by]];
    if (here === undefined || there === undefined) return;
    next[i] = there;
    next[i + by] = here;
    setPalette(next);
  };
  const remove = (i: number) =>
    attempt(async () => {
      const { value, name } = palette[i] as Draft;
      if (value !== undefined) {
        if (!confirm(await questionOf(session, value, name))) return;
        setRemoved([...removed, value]);
      }
      setPalette(palette.filter((_, at) => at !== i));
    });
  const putBack = (value: number, name: string) => {
    setRemoved(removed.filter((other) => other !== value));
    setPalette([...palette, { value, name }]);
  };
  const save = () =>
    attempt(async () => {
      const asked = palette.map((one) => ({ ...one, name: one.name.trim() })).filter(({ name }) => name !== '');
      project.value = await session.studio.ask('setPalette', { body: { palette: [...asked], remove: [...removed] } });
      if (removed.length > 0) notify('The class was removed. Its pixels are kept, and come back when it is put back.');
      onDone();
    });
  const known = new Set(palette.map(({ value }) => value));
  const gone = (project.value?.removed ?? []).filter(({ value }) => !known.has(value));
  return (
    <form
      class="column"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {palette.map(({ value, name, colour }, i) => (
        <div key={value ?? `new-${i}`} class="row">
          <input
            type="color"
            aria-label={`Colour of ${name}`}
            value={colour ?? '#888888'}
            onInput={(event) => change(i, { colour: event.currentTarget.value })}
          />
          <input
            class="grow class-name"
            type="text"
            maxLength={64}
            aria-label={`Name of class ${i + 1}`}
            value={name}
            onInput={(event) => change(i, { name: event.currentTarget.value })}
          />
          <IconButton icon="up" label={`Move ${name} up`} isDisabled={i === 0} onClick={() => swap(i, -1)} />
          <IconButton
            icon="down"
            label={`Move ${name} down`}
            isDisabled={i === palette.length - 1}
            onClick={() => swap(i, 1)}
          />
          <IconButton icon="trash" label={`Remove ${name}`} onClick={() => void remove(i)} />
        </div>
      ))}
      {gone.map(({ value, name }) => (
        <div key={value} class="row small muted">
          <span class="grow ellipsis">{name}, removed</span>
          <button type="button" class="button plain" onClick={() => putBack(value, name)}>
            Put back
          </button>
        </div>
      ))}
      <div class="row wrap">
        <button
          type="button"
          class="button"
          onClick={() =>
            setPalette([...palette, { name: `class ${(project.value?.classes.length ?? 1) + newOnes(palette)}` }])
          }
        >
          Add
        </button>
        <span class="grow" />
        <button type="button" class="button plain" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" class="button primary">
          Save
        </button>
      </div>
    </form>
  );
}

function newOnes(palette: readonly Draft[]): number {
  return palette.filter(({ value }) => value === undefined).length;
}

/** What would go with a class. */
async function questionOf(session: Session, value: number, name: string): Promise<string> {
  const { classes } = await session.studio.ask('classUse', {});
  const use = classes.find((one) => one.value === value);
  if (use === undefined || use.pixels === 0) return `Remove ${name}? Nothing is labelled as it.`;
  const place = `${countOf(use.slices, 'slice')} of ${countOf(use.cases, 'scan')}`;
  return (
    `Remove ${name}? ${countOf(use.pixels, 'pixel')} on ${place} are labelled as it. They count as background ` +
    'from then on, and come back if you put the class back.'
  );
}
