import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { Voxel } from '../../../imaging/planes.ts';
import type { Measures, StudioCase } from '../../../studio/api/index.ts';
import { Annotation } from '../../annotation/annotation.ts';
import { label } from '../../annotation/tools.ts';
import { ClassAmounts } from '../../components/class-amounts.tsx';
import { DropZone } from '../../components/drop-zone.tsx';
import { Icon } from '../../components/icon.tsx';
import { ReadoutLine } from '../../components/readout-line.tsx';
import { SliceRuler } from '../../components/slice-ruler.tsx';
import { SliceView } from '../../components/slice-view.tsx';
import { StageBar } from '../../components/stage-bar.tsx';
import { VolumeView } from '../../components/volume-view.tsx';
import { importMaskFile } from '../../state/import-mask.ts';
import { attempt } from '../../state/notices.ts';
import { replaceRoute, route, routeHash } from '../../state/route.ts';
import type { Session } from '../../state/session.ts';
import { addShortcuts } from '../../state/shortcuts.ts';
import type { Window } from '../../viewer/paint.ts';
import { type Look, WHOLE } from '../../viewer/transform.ts';
import { CasePanel } from './case-panel.tsx';
import { ClassPalette } from './class-palette.tsx';
import { labelShortcuts } from './label-shortcuts.ts';
import { ProposalPanel } from './proposal-panel.tsx';
import { ToolBar } from './tool-bar.tsx';

type ReadyCase = StudioCase & { readonly measures: Measures };

/** The case of the address, else the one to be labelled next, else the first. */
export function LabelPage({ session }: { readonly session: Session }) {
  const { subject } = route.value;
  const suggested = session.ranking.value?.items[0]?.case;
  const ready = session.project.value?.cases.filter(({ state }) => state === 'ready') ?? [];
  const found =
    (subject === undefined ? undefined : session.case(subject)) ?? ready.find(({ id }) => id === suggested) ?? ready[0];
  if (found === undefined || found.measures === undefined) {
    return (
      <div class="empty">
        <h1 class="hidden-text">Label</h1>
        <Icon name="folder" size={32} />
        <p>{found?.problem ?? (found === undefined ? 'There is no scan yet.' : 'This scan is still being read…')}</p>
        <a class="button" href={routeHash({ page: 'scans' })}>
          All scans
        </a>
      </div>
    );
  }
  return <OpenCase key={found.id} session={session} item={found as ReadyCase} />;
}

/** Milliseconds that a slice is looked at before the address names it. */
const SETTLED = 250;

/** What fills the large view. */
type Large = 'slice' | 'planes' | 'space';
const LARGE: readonly (readonly [Large, string])[] = [
  ['slice', 'Slice'],
  ['planes', 'Planes'],
  ['space', '3D'],
];

function OpenCase({ session, item }: { readonly session: Session; readonly item: ReadyCase }) {
  const { slice } = route.value;
  const open = useMemo(() => new Annotation(session, item, slice), [session]);
  const window = useSignal<Window>(item.measures.window);
  const look = useSignal<Look>(WHOLE);
  const pointed = useSignal<Voxel | undefined>(undefined);
  const [large, setLarge] = useState<Large>('slice');
  const { classes } = session.palette.value;
  const { measures } = open;
  const isFlat = measures.shape[0] === 1;

  useEffect(() => {
    void attempt(() => open.load());
    return () => open.close();
  }, [open]);
  useEffect(() => {
    if (slice !== undefined) open.moveTo([slice, open.cursor.peek()[1], open.cursor.peek()[2]]);
  }, [open, slice]);
  const at = open.cursor.value[0];
  useEffect(() => {
    // The address says where one is: a page that is loaded anew shows the same, and no ranking takes anybody elsewhere.
    if (route.peek().subject === item.id && at === slice) return;
    const write = () => replaceRoute({ page: 'label', subject: item.id, slice: at });
    // At once where it named none: a browser that goes elsewhere meanwhile can lose its way when the address changes under it.
    if (slice === undefined) return write();
    const timer = setTimeout(write, SETTLED);
    return () => clearTimeout(timer);
  }, [item.id, at, slice]);
  useEffect(() => {
    void attempt(() => open.follow(item));
  }, [open, item]);
  useLayoutEffect(() => {
    if (!classes.some(({ value }) => value === label.value)) label.value = classes[0]?.value ?? 1;
    const ends = labelShortcuts(session, open, { look, isSliceShown: large !== 'space' }).map(addShortcuts);
    return () => {
      for (const end of ends) end();
    };
  }, [session, open, look, classes, large]);
  const views = { open, window, pointed };
  const sliceName = isFlat ? item.id : `Slice ${at + 1} of ${item.id}`;
  const cuts = { ...views, isLinked: true, canDraw: large === 'planes' };
  const across = [
    <SliceView key="row" {...cuts} axis="row" name={`Cut across the rows of ${item.id}`} />,
    <SliceView key="column" {...cuts} axis="column" name={`Cut across the columns of ${item.id}`} />,
  ];
  return (
    <DropZone
      text={`Drop a mask of ${item.id} here to import it`}
      onFiles={(files) => void attempt(() => importMaskFile(session, open.id, files))}
    >
      <div class="label-page">
        <h1 class="hidden-text">Label {item.id}</h1>
        <ToolBar
          session={session}
          open={open}
          onFit={() => {
            look.value = WHOLE;
          }}
        />
        <div class="stage-column">
          <div class="stage-head">
            {large !== 'space' && <StageBar measures={measures} window={window} />}
            <span class="grow" />
            {!isFlat && (
              <fieldset class="segmented" aria-label="View">
                {LARGE.map(([name, title]) => (
                  <button
                    key={name}
                    type="button"
                    class="button"
                    aria-pressed={large === name}
                    onClick={() => setLarge(name)}
                  >
                    {title}
                  </button>
                ))}
              </fieldset>
            )}
          </div>
          <div class={`stage${large === 'planes' ? ' linked' : ''}`}>
            {large === 'space' ? (
              <VolumeView session={session} open={open} />
            ) : (
              <SliceView {...views} isLinked={large === 'planes'} axis="slice" look={look} name={sliceName} />
            )}
            {large === 'planes' && across}
          </div>
          {large !== 'space' && (
            <div class="ruler">
              {!isFlat && (
                <div class="row">
                  <span class="small muted number">
                    {open.cursor.value[0] + 1} / {measures.shape[0]}
                  </span>
                  <SliceRuler open={open} />
                </div>
              )}
              <ReadoutLine open={open} pointed={pointed} />
            </div>
          )}
        </div>
        <aside class="side" aria-label="Case, classes and proposal">
          <CasePanel session={session} open={open} />
          {large === 'slice' && !isFlat && <div class="small-views">{across}</div>}
          <ClassPalette session={session} />
          <ClassAmounts open={open} />
          <ProposalPanel session={session} open={open} />
        </aside>
      </div>
    </DropZone>
  );
}
