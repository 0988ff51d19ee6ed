/** One thing that a key does. The same table acts and is shown. */
export interface Shortcut {
  /** As `KeyboardEvent.key` names it; letters small. With `Ctrl+`, that key or ⌘ is held. */
  readonly keys: readonly string[];
  readonly about: string;
  readonly act: () => void;
}

export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

/** Groups in the order in which they were added; what was added last acts first. */
const groups = new Set<ShortcutGroup>();

/** Adds shortcuts until the returned function is called. */
export function addShortcuts(group: ShortcutGroup): () => void {
  groups.add(group);
  return () => groups.delete(group);
}

export function shownShortcuts(): readonly ShortcutGroup[] {
  return [...groups];
}

/** Keys that move a slider. */
const SLIDING = /^(Arrow(Up|Down|Left|Right)|Page(Up|Down)|Home|End)$/;

/** Acts on a key unless somebody is typing, or what has the focus needs it. Returns whether it meant anything. */
export function pressKey(event: KeyboardEvent): boolean {
  if (event.altKey || event.defaultPrevented || isTyping(event.target)) return false;
  const name = keyName(event);
  if (SLIDING.test(name) && isSlider(event.target)) return false;
  for (const { shortcuts } of [...groups].reverse()) {
    const found = shortcuts.find(({ keys }) => keys.includes(name));
    if (found === undefined) continue;
    event.preventDefault();
    found.act();
    return true;
  }
  return false;
}

export function keyName({
  key,
  ctrlKey,
  metaKey,
  shiftKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  const plain = key.length === 1 ? key.toLowerCase() : key;
  const shift = shiftKey && (plain.length > 1 || /[a-z]/.test(plain)) ? 'Shift+' : '';
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${shift}${plain}`;
}

function isSlider(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input[type="range"], [role="slider"]');
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog')) return true;
  return target.isContentEditable || target.matches('input:not([type="range"], [type="checkbox"]), textarea, select');
}
