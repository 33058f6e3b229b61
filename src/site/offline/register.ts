/** The event on the window that says: the site has another build than this page. */
export const updatedEvent = "qatlab-updated";

/** The key under which a tab notes that it was loaded again for the sake of isolation. */
const reloaded = "qatlab reloaded";

/** A page that is loaded again later would interrupt the reader. */
const soon = 4000;

/**
 * Registers the service worker of a page's build. Where the host sends no headers that isolate the page, the page is
 * loaded once more, through the worker, which adds them; this happens before JupyterLite has started, or not at all.
 *
 * @param script the worker's address
 * @returns whether the page is going to be loaded again
 */
export async function registerServiceWorker(script: string): Promise<boolean> {
  const container = (navigator as Partial<Navigator>).serviceWorker;
  // Not there: a page without https, or a private window of Firefox.
  if (!container) return false;
  container.addEventListener("message", ({ data }) => {
    if (data?.type === "updated") globalThis.dispatchEvent(new Event(updatedEvent));
  });
  const begun = performance.now();
  try {
    await container.register(script, { updateViaCache: "none" });
    await container.ready;
  } catch {
    return false; // forbidden by the browser's settings, or the storage is full: the page works without it
  }
  if (!isolatedOrTried() && performance.now() - begun < soon) {
    globalThis.location.reload();
    return true;
  }
  keepLater(container);
  return false;
}

function isolatedOrTried(): boolean {
  if (globalThis.crossOriginIsolated) return true;
  try {
    if (sessionStorage.getItem(reloaded) !== null) return true;
    sessionStorage.setItem(reloaded, "1");
    return false;
  } catch {
    return true; // without storage the page might be loaded again and again
  }
}

/** Has the worker keep what the page has loaded, once the page has time. */
function keepLater(container: ServiceWorkerContainer): void {
  const keep = () => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    container.controller?.postMessage({ keep: [globalThis.location.href, ...loaded] });
  };
  setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(keep), 15_000);
}
