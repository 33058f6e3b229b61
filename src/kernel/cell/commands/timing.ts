import { processorTime } from "#door/kernel/cell/platform";

const { now } = performance;

/** `%time`: measures a statement, or a cell. Measurements may be nested. */
export class StopWatch {
  readonly #starts: { wall: number; cpu: number | null }[] = [];

  start(): void {
    this.#starts.push({ wall: now.call(performance), cpu: processorTime() });
  }

  /** Prints the time since the latest start. */
  stop(): void {
    const { wall, cpu } = this.#starts.pop()!;
    const used = processorTime();
    const elapsed = duration(now.call(performance) - wall);
    const isTold = cpu !== null && used !== null;
    console.log(isTold ? `${elapsed} (processor ${duration(used - cpu)})` : elapsed);
  }
}

/** How long one round of `%timeit` lasts at least, in milliseconds. */
const round = 100;
const rounds = 7;

/**
 * `%timeit`: calls a function in rounds of many calls and prints the mean time of a call with the standard
 * deviation over the rounds. A promise is awaited before the next call.
 */
export async function timeit(call: () => unknown, check: () => void): Promise<void> {
  let calls = 1;
  for (let ms = await time(call, 1); ms < round; ms = await time(call, calls)) {
    check();
    calls *= Math.ceil(Math.min(10, Math.max(2, round / ms)));
  }
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    check();
    times.push((await time(call, calls)) / calls);
  }
  const mean = times.reduce((sum, t) => sum + t, 0) / rounds;
  const variance = times.reduce((sum, t) => sum + (t - mean) ** 2, 0) / (rounds - 1);
  const spread = `± ${duration(Math.sqrt(variance))}`;
  const many = calls.toLocaleString("en");
  console.log(
    `${duration(mean)} ${spread} a call (mean ± standard deviation of ${rounds} rounds of ${many})`,
  );
}

/** The milliseconds that so many calls take. */
async function time(call: () => unknown, calls: number): Promise<number> {
  const start = now.call(performance);
  for (let i = 0; i < calls; i++) {
    const value = call();
    if (value instanceof Promise) await value;
  }
  return now.call(performance) - start;
}

/** Milliseconds with a unit and three digits. */
function duration(ms: number): string {
  for (const [unit, factor] of [
    ["s", 1e-3],
    ["ms", 1],
    ["µs", 1e3],
  ] as const) {
    if (ms * factor >= 1) return `${digits(ms * factor)} ${unit}`;
  }
  return `${digits(ms * 1e6)} ns`;
}

function digits(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}
