import { useRef } from 'preact/hooks';
import { saveFile } from '../state/download.ts';
import { attempt, notify } from '../state/notices.ts';
import type { Session } from '../state/session.ts';
import { Menu, type MenuItem } from './buttons.tsx';

const FORMATS = [
  { format: 'nifti', title: 'NIfTI', extension: '.nii.gz' },
  { format: 'dicom-seg', title: 'DICOM SEG', extension: '.dcm' },
  { format: 'png', title: 'PNG', extension: '.png' },
] as const;

/** Takes the masks of a case home, and brings masks of other programs in. */
export function CaseFiles({ session, id }: { readonly session: Session; readonly id: string }) {
  const field = useRef<HTMLInputElement>(null);
  const hasModel = session.model.value !== undefined;
  const exportAs = (of: 'labels' | 'proposal', { format, extension }: (typeof FORMATS)[number]) =>
    attempt(async () => {
      const bytes = await session.studio.ask('exportMask', { case: id, of, format });
      saveFile(bytes, `${id}${of === 'proposal' ? '_proposal' : ''}${extension}`);
    });
  const importMask = (file: File) =>
    attempt(async () => {
      const body = new Uint8Array(await file.arrayBuffer());
      session.updateCase(
        await session.studio.ask('importMask', { case: id, name: file.name, slices: 'foreground', body }),
      );
      notify(`${file.name} was imported; slices that hold something have it as their label.`);
    });
  const items: MenuItem[] = [
    ...FORMATS.map((format) => ({
      label: `Export labels as ${format.title}`,
      act: () => void exportAs('labels', format),
    })),
    ...FORMATS.slice(0, 2).map((format) => ({
      label: `Export proposal as ${format.title}`,
      act: () => void exportAs('proposal', format),
      isDisabled: !hasModel,
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
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file !== undefined) void importMask(file);
        }}
      />
    </>
  );
}
