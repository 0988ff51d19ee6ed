import { useRef } from 'preact/hooks';
import { isLabel, type SliceState, type StudioMaskFormat } from '../../studio/api/index.ts';
import { saveFile } from '../state/download.ts';
import type { MaskKind } from '../state/download-masks.ts';
import { importMaskFile } from '../state/import-mask.ts';
import { attempt } from '../state/notices.ts';
import type { Session } from '../state/session.ts';
import { Menu, type MenuItem } from './buttons.tsx';

const FORMATS: Readonly<Record<StudioMaskFormat, { readonly title: string; readonly extension: string }>> = {
  nifti: { title: 'NIfTI', extension: '.nii.gz' },
  'dicom-seg': { title: 'DICOM SEG', extension: '.dcm' },
  png: { title: 'PNG', extension: '.png' },
  tiff: { title: 'TIFF', extension: '.tif' },
};

/** Takes the masks of a case home, and brings masks of other programs in. */
export function CaseFiles({ session, id }: { readonly session: Session; readonly id: string }) {
  const field = useRef<HTMLInputElement>(null);
  const model = session.model.value?.id;
  const { slices = [], formats = [] } = session.case(id) ?? {};
  const exportAs = (kind: MaskKind, format: StudioMaskFormat) =>
    attempt(async () => {
      const bytes = await session.studio.ask('exportMask', { case: id, ...kind, run: model, format });
      saveFile(bytes, `${id}${kind.of === 'proposal' ? '_proposal' : ''}${FORMATS[format].extension}`);
    });
  const kinds = labelKinds(slices, model);
  const items: MenuItem[] = [
    ...formats.flatMap((format) =>
      kinds
        // What nobody has labelled is no segment of a DICOM SEG.
        .filter(([{ rest }]) => format !== 'dicom-seg' || rest !== 'ignore')
        .map(([kind, more]) => ({
          label: `Export labels as ${FORMATS[format].title}${more}`,
          act: () => void exportAs(kind, format),
        })),
    ),
    ...(kinds.length === 0 ? [{ label: 'No label to export yet', act: () => undefined, isDisabled: true }] : []),
    ...formats.map((format) => ({
      label: `Export proposal as ${FORMATS[format].title}`,
      act: () => void exportAs({ of: 'proposal', rest: 'background' }, format),
      isDisabled: model === undefined,
    })),
    { label: 'Import a mask…', act: () => field.current?.click() },
  ];
  return (
    <>
      <Menu label="Files" icon="download" items={items} />
      <input
        ref={field}
        type="file"
        hidden
        aria-hidden="true"
        tabIndex={-1}
        data-role="import-mask"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          void attempt(() => importMaskFile(session, id, files));
        }}
      />
    </>
  );
}

/** What an export of the labels may hold where slices have none; nothing while no slice has one. */
function labelKinds(slices: readonly SliceState[], model: string | undefined): (readonly [MaskKind, string])[] {
  if (!slices.some(isLabel)) return [];
  if (slices.every(isLabel)) return [[{ of: 'labels', rest: 'background' }, '']];
  return [
    [{ of: 'labels', rest: 'ignore' }, ', unlabelled slices marked 255'],
    ...(model === undefined ? [] : [[{ of: 'labels', rest: 'proposal' }, `, unlabelled slices by ${model}`] as const]),
    [{ of: 'labels', rest: 'background' }, ', unlabelled slices as background'],
  ];
}
