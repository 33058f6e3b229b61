/** @internal An error's reason, in words for a reader who hasn't written the code that failed. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/out of memory|allocation failed|invalid (typed )?array (buffer )?length/i.test(message)) {
    return "This tab has no memory left for the training. Close other tabs, and load the page again.";
  }
  if (/missing data file|failed to fetch|networkerror/i.test(message)) {
    return "The handwritten digits could not be loaded from this site. Check the connection, and load the page again.";
  }
  return `The training stopped: ${message}`;
}
