import { useEffect } from 'preact/hooks';
import { dismiss, dismissRead, notices } from '../state/notices.ts';
import { route } from '../state/route.ts';
import { IconButton } from './buttons.tsx';

/** What the page has to say, in a corner; read out as it comes. */
export function Notices() {
  const { page } = route.value;
  useEffect(dismissRead, [page]);
  return (
    <div class="notices" aria-live="polite">
      {notices.value.map(({ id, level, text, action }) => (
        <div key={id} class={`notice ${level}`} role={level === 'problem' ? 'alert' : 'status'}>
          <span class="grow">{text}</span>
          {action !== undefined && (
            <button
              type="button"
              class="button"
              onClick={() => {
                dismiss(id);
                action.act();
              }}
            >
              {action.label}
            </button>
          )}
          <IconButton icon="cross" label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
