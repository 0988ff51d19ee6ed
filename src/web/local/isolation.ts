/** Set in this tab once the page was loaded again for the sake of its headers, so that it is done once at most. */
const KEY = 'patchcl.isolated';

/**
 * Browsers share memory between threads only in pages whose host sends two headers. Where it does not, a service worker of
 * the page adds them, and the page is loaded once more. Without one, everything works on one thread.
 *
 * @returns whether the page is being loaded again
 */
export async function isolatePage(): Promise<boolean> {
  if (crossOriginIsolated || !isSecureContext || navigator.serviceWorker === undefined) return false;
  try {
    await navigator.serviceWorker.register('./isolation-worker.js');
    await navigator.serviceWorker.ready;
  } catch {
    return false;
  }
  if (sessionStorage.getItem(KEY) !== null) return false;
  sessionStorage.setItem(KEY, 'tried');
  location.reload();
  return true;
}
