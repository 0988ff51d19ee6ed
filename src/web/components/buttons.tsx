import type { ComponentChildren } from 'preact';
import { flushSync } from 'preact/compat';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon, type IconName } from './icon.tsx';

export interface IconButtonProps {
  readonly icon: IconName;
  /** Read out, and shown when the pointer rests on it. */
  readonly label: string;
  /** Shown behind the label. */
  readonly shortcut?: string;
  readonly onClick: () => void;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
}

export function IconButton({ icon, label, shortcut, onClick, isPressed, isDisabled }: IconButtonProps) {
  const title = shortcut === undefined ? label : `${label} (${shortcut})`;
  return (
    <button
      type="button"
      class="button plain icon fade"
      aria-label={label}
      title={title}
      disabled={isDisabled ?? false}
      {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

export interface MenuItem {
  readonly label: string;
  readonly act: () => void;
  readonly isDisabled?: boolean;
}

/** A button that opens a list of things to do. */
export function Menu({
  label,
  icon,
  items,
}: {
  readonly label: string;
  readonly icon: IconName;
  readonly items: readonly MenuItem[];
}) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const itemsOf = () => [...(root.current?.querySelectorAll<HTMLButtonElement>('li button:not(:disabled)') ?? [])];
  /** Arrows go through the items, in a ring; the arrow down on the button opens the menu at its first one. */
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End', 'Escape'].includes(key)) return;
    if (key !== 'Escape' || isOpen) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (key === 'Escape') {
      setOpen(false);
      button.current?.focus();
      return;
    }
    if (!isOpen) flushSync(() => setOpen(true));
    const items = itemsOf();
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const last = items.length - 1;
    const places: Readonly<Record<string, number>> = {
      ...{ ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last },
    };
    items[places[key] ?? 0]?.focus();
  };
  useEffect(() => {
    if (!isOpen) return;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !root.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    addEventListener('pointerdown', close);
    addEventListener('keydown', close);
    return () => {
      removeEventListener('pointerdown', close);
      removeEventListener('keydown', close);
    };
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its buttons have the focus, the keys of all of them are taken here
    <div class="menu" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class="button"
        aria-haspopup="true"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={icon} size={16} /> {label}
      </button>
      {isOpen && (
        <ul>
          {items.map((item) => (
            <li key={item.label}>
              <button
                type="button"
                class="button plain"
                disabled={item.isDisabled ?? false}
                onClick={() => {
                  setOpen(false);
                  button.current?.focus();
                  item.act();
                }}
              >
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A button that lets a person choose files. */
export function FileButton(props: {
  readonly children: ComponentChildren;
  readonly accept?: string;
  readonly isFolder?: boolean;
  readonly isPrimary?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  const { children, accept, isFolder = false, isPrimary = false, onFiles } = props;
  return (
    <>
      <button type="button" class={`button${isPrimary ? ' primary' : ''}`} onClick={() => field.current?.click()}>
        {children}
      </button>
      <input
        ref={field}
        type="file"
        hidden
        multiple
        aria-hidden="true"
        tabIndex={-1}
        {...(accept === undefined ? {} : { accept })}
        {...(isFolder ? { webkitdirectory: true } : {})}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </>
  );
}
