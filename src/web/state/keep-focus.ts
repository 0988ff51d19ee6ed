/** Where the focus goes when what has it is taken off the page: to the nearest part around it that is still there. */
export function keepFocus(): () => void {
  let around: HTMLElement[] = [];
  const remember = ({ target }: FocusEvent) => {
    around = [];
    for (let part = target as HTMLElement | null; part !== null; part = part.parentElement) around.push(part);
  };
  const watcher = new MutationObserver(() => {
    const [last] = around;
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
    const left = around.find((part) => part.isConnected && part !== document.body);
    if (left === undefined) return;
    if (left.tabIndex < 0 && !left.hasAttribute('tabindex')) left.tabIndex = -1;
    left.focus({ preventScroll: true });
  });
  addEventListener('focusin', remember);
  watcher.observe(document.body, { childList: true, subtree: true });
  return () => {
    removeEventListener('focusin', remember);
    watcher.disconnect();
  };
}
