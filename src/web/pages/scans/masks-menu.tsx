import { useState } from 'preact/hooks';
import { isLabel, type StudioCase } from '../../../studio/api/index.ts';
import { Menu, type MenuItem } from '../../components/buttons.tsx';
import { saveFile } from '../../state/download.ts';
import { type MaskKind, masksArchive, withMasks } from '../../state/download-masks.ts';
import { attempt, notify } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** Takes the masks of many scans home at once. */
export function MasksMenu({ session, cases }: { readonly session: Session; readonly cases: readonly StudioCase[] }) {
  const [isBusy, setBusy] = useState(false);
  const model = session.model.value?.id;
  const take = async (kind: MaskKind, chosen: readonly StudioCase[]) => {
    setBusy(true);
    await attempt(async () => {
      const { bytes, problems } = await masksArchive(session.studio, chosen, kind, model);
      saveFile(bytes, `${session.project.value?.name ?? 'studio'}-${kind.of}.zip`, 'application/zip');
      if (problems.length > 0) notify(`${problems.length} could not be exported. ${problems[0]}`, 'problem');
    });
    setBusy(false);
  };
  const labelled = withMasks(cases, 'labels');
  const isWhole = labelled.every(({ slices }) => slices.every(isLabel));
  const kinds: readonly (readonly [MaskKind, string])[] = [
    ...(isWhole
      ? [[{ of: 'labels', rest: 'background' }, ''] as const]
      : ([
          [{ of: 'labels', rest: 'ignore' }, ', unlabelled slices marked 255'],
          ...(model === undefined
            ? []
            : [[{ of: 'labels', rest: 'proposal' }, `, unlabelled slices by ${model}`] as const]),
          [{ of: 'labels', rest: 'background' }, ', unlabelled slices as background'],
        ] as const)),
    [{ of: 'proposal', rest: 'background' }, model === undefined ? '' : ` of ${model}`],
  ];
  const items = kinds.map(([kind, more]): MenuItem => {
    const chosen = withMasks(cases, kind.of);
    const title = kind.of === 'labels' ? 'Labels' : 'Proposals';
    return {
      label: `${title} of ${chosen.length} ${chosen.length === 1 ? 'scan' : 'scans'}${more} (NIfTI, ZIP)`,
      act: () => void take(kind, chosen),
      isDisabled: isBusy || chosen.length === 0 || (kind.of === 'proposal' && model === undefined),
    };
  });
  return <Menu label={isBusy ? 'Collecting…' : 'Masks'} icon="download" items={items} />;
}
