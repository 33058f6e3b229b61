import { setTimeout as sleep } from "node:timers/promises";
import { descendants, type Process, runs } from "./processes.js";

/** A signal, and how many milliseconds the processes have to end before the next one. */
type Step = readonly [signal: NodeJS.Signals, patience: number];

const interrupting: Step[] = [
  ["SIGINT", 200],
  ["SIGTERM", 500],
  ["SIGKILL", 0],
];
const ending: Step[] = [
  ["SIGTERM", 200],
  ["SIGKILL", 0],
];

/** How many milliseconds lie between two looks at processes that are to end. */
const interval = 10;

let interrupted = -1;

/** Stops the child processes that the kernel has started since `since`, as a terminal's Ctrl+C does, then harder. */
export async function interruptChildren(since: number): Promise<void> {
  if (interrupted === since) return; // another interrupt of the same run is doing so
  interrupted = since;
  await stop(since, interrupting);
  interrupted = -1;
}

/** Ends all child processes but detached ones. */
export const endChildren = (): Promise<void> => stop(0, ending);

async function stop(since: number, steps: Step[]): Promise<void> {
  let known: Process[] = [];
  for (const [signal, patience] of steps) {
    // The children of a stopped shell aren't below us any more, so the processes found before stay in the list.
    const found = new Map([...known, ...descendants(since)].map((one) => [one.pid, one]));
    known = [...found.values()].filter(runs);
    for (const { pid } of known) send(pid, signal);
    for (let waited = 0; waited < patience && known.some(runs); waited += interval) {
      await sleep(interval);
    }
    if (!known.some(runs)) return;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}
