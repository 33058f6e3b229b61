const key = "qatlab open";

/**
 * Whether this tab's page ended without a word before: a browser ends a page whose cells need more memory than there is. From now
 * on this page is watched too.
 */
export function endedBadly(window: Window): boolean {
  try {
    const { sessionStorage } = window;
    const bad = sessionStorage.getItem(key) !== null;
    sessionStorage.setItem(key, "1");
    window.addEventListener("pagehide", () => sessionStorage.removeItem(key));
    // A page that comes back from the browser's memory is open again.
    window.addEventListener("pageshow", () => sessionStorage.setItem(key, "1"));
    return bad;
  } catch {
    return false; // storage is forbidden
  }
}
