/** Node's own signal watcher: undocumented, but the one that works outside the main thread. */
interface SignalWatcher {
  onsignal: (signal: number) => void;
  start(signal: number): number;
  unref(): void;
}

const SIGINT = 2;

/**
 * Calls `handle` on SIGINT in a worker thread, also while the main thread is in an endless loop.
 *
 * `process.on("SIGINT")` exists on the main thread only, whose event loop a busy cell holds. The
 * watcher behind it works on any thread's loop. Where a Node.js doesn't offer it, this does nothing
 * and the main thread's own listener remains.
 */
export function watchInterruptSignal(handle: () => void): void {
  const { noDeprecation } = process;
  try {
    process.noDeprecation = true;
    const binding = (process as any).binding("signal_wrap") as { Signal: new () => SignalWatcher };
    const watcher = new binding.Signal();
    watcher.onsignal = handle;
    watcher.start(SIGINT);
    watcher.unref();
  } catch {
    // as said above
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
