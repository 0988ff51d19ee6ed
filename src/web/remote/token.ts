/** Where the token is kept while the tab is open, so that reloading the page does not lose it. */
const KEY = 'patchcl.token';

/** The token of the server that this page is of: behind `#token=` in the address it has printed. Absent: there is no server. */
export function takeToken(): string | undefined {
  const [, given] = /^#token=([^&/]+)/.exec(location.hash) ?? [];
  if (given !== undefined) {
    sessionStorage.setItem(KEY, given);
    // Not left in the address, which gets copied and photographed.
    history.replaceState(null, '', `${location.pathname}#/scans`);
  }
  return sessionStorage.getItem(KEY) ?? undefined;
}

/**
 * Opens the studio anew when the address of a studio that was started since is opened in this tab: a browser changes only
 * what stands behind `#` then.
 */
export function followToken(): void {
  addEventListener('hashchange', () => {
    if (/^#token=/.test(location.hash)) location.reload();
  });
}
