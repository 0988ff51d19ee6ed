import { useState } from 'preact/hooks';
import type { StudioCase } from '../../../studio/api/index.ts';
import { Menu, type MenuItem } from '../../components/buttons.tsx';
import { saveFile } from '../../state/download.ts';
import { masksArchive, withMasks } from '../../state/download-masks.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

const KINDS = [
  { of: 'labels', title: 'Labels' },
  { of: 'proposal', title: 'Proposals' },
] as const;

/** Takes the masks of many scans home at once. */
export function MasksMenu({ session, cases }: { readonly session: Session; readonly cases: readonly StudioCase[] }) {
  const [isBusy, setBusy] = useState(false);
  const take = async (of: 'labels' | 'proposal', chosen: readonly StudioCase[]) => {
    setBusy(true);
    await attempt(async () => {
      const archive = await masksArchive(session.studio, chosen, of);
      saveFile(archive, `${session.project.value?.name ?? 'studio'}-${of}.zip`, 'application/zip');
    });
    setBusy(false);
  };
  const items = KINDS.map(({ of, title }): MenuItem => {
    const chosen = withMasks(cases, of);
    return {
      label: `${title} of ${chosen.length} ${chosen.length === 1 ? 'scan' : 'scans'} (NIfTI, ZIP)`,
      act: () => void take(of, chosen),
      isDisabled: isBusy || chosen.length === 0 || (of === 'proposal' && session.model.value === undefined),
    };
  });
  return <Menu label={isBusy ? 'Collecting…' : 'Masks'} icon="download" items={items} />;
}
