/** The stakes on high values (below 0) and on low values of the p-value; each stays above −2 and below 2. */
const stakes = [-1.8, -1, -0.5, 0.5, 1, 1.8] as const;

/** How many examples it takes until half of the capital is at stake. */
const halfStaked = 1000;

/** The most that a capital grows to: more would overflow in long streams, and the alarm has rung long before. */
const most = 1e200;

/** @internal The state of a {@link Martingale}, as plain JSON. */
export interface MartingaleState {
  edges: number[];
  counts: number[];
  seen: number;
  capitals: number[];
  /** For high and for low values: the sum that says since when the capital has grown. */
  rises: { sum: number; since: number; total: number; count: number }[];
}

/**
 * @internal
 * A test martingale for one statistic of a stream, in constant memory: a capital that starts at 1 and bets that the
 * next value is unusually high or low among all values before. While the stream is exchangeable with the reference
 * examples the capital is a fair game, so that the probability of its *ever* reaching 1/α is at most α, however long
 * the stream (Ville 1939; Vovk, Gammerman and Shafer 2022, Algorithmic Learning in a Random World, chapter 8).
 *
 * The bets are on conformal p-values: the rank of a value among the reference's and the stream's before it, ties broken
 * by chance, which are independent and uniform then. Values are counted in bins, so that the memory doesn't grow; the
 * bins' edges come from reference examples that aren't counted. Part of the capital waits: of each example's share
 * 1000 / ((t + 1000)(t + 1001)) is put at stake, so that a change that comes late still finds a capital.
 */
export class Martingale {
  readonly #state: MartingaleState;

  constructor(state: MartingaleState) {
    this.#state = state;
  }

  /** A martingale that has seen reference values; half of them choose the edges of the bins, the others are counted. */
  static of(reference: readonly number[], bins: number): Martingale {
    const half = Math.floor(reference.length / 2);
    const sorted = reference.slice(0, half).sort((a, b) => a - b);
    const quantiles = Array.from(
      { length: bins - 1 },
      (_, i) => sorted[Math.floor(((i + 1) * half) / bins)]!,
    );
    return Martingale.between([...new Set(quantiles)], reference.slice(half));
  }

  /** A martingale of values in bins with known edges; a value at an edge is above it. */
  static between(edges: readonly number[], reference: readonly number[]): Martingale {
    const state: MartingaleState = {
      edges: [...edges],
      counts: new Array<number>(edges.length + 1).fill(0),
      seen: 0,
      capitals: stakes.map(() => 0),
      rises: [0, 1].map(() => ({ sum: 0, since: 0, total: 0, count: 0 })),
    };
    for (const value of reference) state.counts[binOf(edges, value)]!++;
    return new Martingale(state);
  }

  get state(): MartingaleState {
    return this.#state;
  }

  /** The capital: the evidence that the stream has changed. */
  get capital(): number {
    const { capitals, seen } = this.#state;
    return halfStaked / (seen + halfStaked) + capitals.reduce((sum, capital) => sum + capital, 0);
  }

  /** The direction with the stronger evidence: its first example's number, and the mean of the values since. */
  get rise(): { high: boolean; since: number; mean: number } {
    const [up, down] = this.#state.rises;
    const rise = up!.sum >= down!.sum ? up! : down!;
    return { high: rise === up, since: rise.since, mean: rise.total / Math.max(1, rise.count) };
  }

  /** @param chance a uniform value from 0 to 1, which breaks ties; @param at the number of the example */
  see(value: number, chance: number, at: number): void {
    const state = this.#state;
    const { edges, counts, capitals } = state;
    const bin = binOf(edges, value);
    let [above, all] = [0, 0];
    for (let i = 0; i < counts.length; i++) {
      all += counts[i]!;
      if (i > bin) above += counts[i]!;
    }
    const p = (above + chance * (counts[bin]! + 1)) / (all + 1);
    counts[bin]!++;
    const t = state.seen++;
    const share = halfStaked / ((t + halfStaked) * (t + 1 + halfStaked)) / stakes.length;
    for (let i = 0; i < stakes.length; i++) {
      capitals[i] = Math.min(most, (capitals[i]! + share) * (1 + stakes[i]! * (p - 0.5)));
    }
    follow(state.rises[0]!, Math.log(1 - (p - 0.5)), value, at);
    follow(state.rises[1]!, Math.log(1 + (p - 0.5)), value, at);
  }
}

/** A cumulative sum that begins anew where it would fall below 0 (Page 1954). */
function follow(
  rise: MartingaleState["rises"][number],
  gain: number,
  value: number,
  at: number,
): void {
  if (rise.sum + gain <= 0) {
    rise.sum = 0;
    rise.total = 0;
    rise.count = 0;
  } else {
    if (rise.count === 0) rise.since = at;
    rise.sum += gain;
    rise.total += value;
    rise.count++;
  }
}

function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
