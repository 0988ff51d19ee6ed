import { useState } from 'preact/hooks';
import { Menu } from '../../components/buttons.tsx';
import { saveFile } from '../../state/download.ts';
import { attempt } from '../../state/notices.ts';
import type { Session } from '../../state/session.ts';

/** The whole project as one file. */
export function ProjectMenu({ session }: { readonly session: Session }) {
  const [isBusy, setBusy] = useState(false);
  const backUp = async (scans: 'true' | 'false') => {
    setBusy(true);
    await attempt(async () => {
      const bytes = await session.studio.ask('backup', { scans });
      saveFile(bytes, `${session.project.value?.name ?? 'studio'}-backup.zip`, 'application/zip');
    });
    setBusy(false);
  };
  return (
    <Menu
      label={isBusy ? 'Backing up…' : 'Back up'}
      icon="folder"
      items={[
        { label: 'Labels and models', act: () => void backUp('false'), isDisabled: isBusy },
        { label: 'Labels, models and scans', act: () => void backUp('true'), isDisabled: isBusy },
      ]}
    />
  );
}
