/** Node's internal signal watcher, which is undocumented but works outside the main thread. */
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
 * watcher behind it works on any thread's loop. Node 24 and newer hide the watcher. There the main thread's
 * own listener stops waiting cells, and Jupyter's `interrupt_request` stops busy cells.
 *
 * @returns whether this Node has the watcher
 */
export function watchInterruptSignal(handle: () => void): boolean {
  const { noDeprecation } = process;
  try {
    process.noDeprecation = true;
    const binding = (process as any).binding("signal_wrap") as { Signal: new () => SignalWatcher };
    const watcher = new binding.Signal();
    watcher.onsignal = handle;
    watcher.start(SIGINT);
    watcher.unref();
    return true;
  } catch {
    return false;
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
