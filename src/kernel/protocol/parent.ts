/**
 * Calls `orphaned` once the process that started the kernel has ended.
 *
 * Jupyter names that process in `JPY_PARENT_PID`; without the variable the kernel is independent and
 * outlives the process, as ipykernel does. If a launcher stands between the two, the kernel checks instead
 * whether the process still exists.
 *
 * @param options.interval the milliseconds between two checks (default 250)
 */
export function watchParent(orphaned: () => void, { interval = 250 } = {}): void {
  const named = Number(process.env.JPY_PARENT_PID);
  if (!Number.isInteger(named) || named <= 1) return;
  const direct = process.ppid === named;
  const timer = setInterval(() => {
    if (direct ? process.ppid === named : exists(named)) return;
    clearInterval(timer);
    orphaned();
  }, interval);
  timer.unref();
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
