import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shownShortcuts } from '../state/shortcuts.ts';

export const areShortcutsShown = signal(false);

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

function shown(key: string): string {
  const parts = key.split(/\+(?=.)/);
  return parts.map((part) => NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(' ');
}

/** Every key that does something on the page as it is. */
export function ShortcutList() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = areShortcutsShown.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const close = () => {
    areShortcutsShown.value = false;
  };
  return (
    <dialog ref={dialog} class="wide" aria-labelledby="shortcuts-title" onClose={close}>
      {isOpen && (
        <div class="column" style={{ gap: '14px' }}>
          <h2 id="shortcuts-title" tabIndex={-1} autofocus>
            Keyboard
          </h2>
          <div class="shortcuts">
            {shownShortcuts().map((group) => (
              <section key={group.title}>
                <h3>{group.title}</h3>
                <dl>
                  {group.shortcuts.map(({ keys, about }) => (
                    <>
                      <dt>{about}</dt>
                      <dd>
                        {keys.map((key) => (
                          <kbd key={key}>{shown(key)}</kbd>
                        ))}
                      </dd>
                    </>
                  ))}
                </dl>
              </section>
            ))}
          </div>
          <div class="row" style={{ justifyContent: 'flex-end' }}>
            <button type="button" class="button" onClick={close}>
              Close
            </button>
          </div>
        </div>
      )}
    </dialog>
  );
}
