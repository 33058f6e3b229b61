/** The stakes on high values (below 0) and on low values of the p-value; each stays above −2 and below 2. */
const stakes = Float64Array.of(-1.8, -1, -0.5, 0.5, 1, 1.8);

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
  /** For high and then for low values the evidence, how many examples it comes from, the sum of their values, and the first's number. */
  rises: number[];
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
  readonly #edges: Float64Array;
  readonly #counts: Float64Array;
  readonly #capitals: Float64Array;
  readonly #rises: Float64Array;
  /** How many values are in the bins. */
  #all: number;
  #seen: number;
  #capital: number;
  /** The part of the capital that isn't at stake yet. */
  #waiting: number;

  constructor({ edges, counts, seen, capitals, rises }: MartingaleState) {
    this.#edges = Float64Array.from(edges);
    this.#counts = Float64Array.from(counts);
    this.#capitals = Float64Array.from(capitals);
    this.#rises = Float64Array.from(rises);
    this.#all = this.#counts.reduce((sum, count) => sum + count, 0);
    this.#seen = seen;
    this.#waiting = waiting(seen);
    this.#capital = this.#capitals.reduce((sum, capital) => sum + capital, waiting(seen));
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
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of reference) counts[binOf(edges, value)]!++;
    const capitals = new Array<number>(stakes.length).fill(0);
    const rises = [1, 0, 0, 0, 1, 0, 0, 0];
    return new Martingale({ edges: [...edges], counts, seen: 0, capitals, rises });
  }

  get state(): MartingaleState {
    return {
      edges: [...this.#edges],
      counts: [...this.#counts],
      seen: this.#seen,
      capitals: [...this.#capitals],
      rises: [...this.#rises],
    };
  }

  /** The capital: the evidence that the stream has changed. */
  get capital(): number {
    return this.#capital;
  }

  /** The direction with the stronger evidence: its first example's number, and the mean of the values since. */
  get rise(): { high: boolean; since: number; mean: number } {
    const rises = this.#rises;
    const high = rises[0]! >= rises[4]!;
    const [, count, total, since] = rises.subarray(high ? 0 : 4) as never as number[];
    return { high, since: since!, mean: total! / Math.max(1, count!) };
  }

  /** @param chance a uniform value from 0 to 1, which breaks ties; @param at the number of the example */
  see(value: number, chance: number, at: number): void {
    const counts = this.#counts;
    const capitals = this.#capitals;
    const bin = binOf(this.#edges, value);
    let above = 0;
    for (let i = bin + 1; i < counts.length; i++) above += counts[i]!;
    const equal = counts[bin]! + 1;
    counts[bin] = equal;
    this.#all++;
    // The p-value, less its mean.
    const p = (above + chance * equal) / this.#all - 0.5;
    this.#seen++;
    const left = waiting(this.#seen);
    // The share of each stake is a sixth of the difference of both parts, here without its rounding.
    const share = (this.#waiting * left) / (halfStaked * stakes.length);
    this.#waiting = left;
    let capital = left;
    for (let i = 0; i < stakes.length; i++) {
      const grown = (capitals[i]! + share) * (1 + stakes[i]! * p);
      capitals[i] = grown;
      capital += grown;
    }
    this.#capital = capital;
    if (capital > most) capitals.set(capitals.map((own) => Math.min(own, most)));
    follow(this.#rises, 0, 1 - p, value, at);
    follow(this.#rises, 4, 1 + p, value, at);
  }
}

/** The part of the capital that isn't at stake after so many examples. */
function waiting(seen: number): number {
  return halfStaked / (seen + halfStaked);
}

/** A cumulative product that begins anew where it would fall below 1 (Page 1954, whose sum is its logarithm). */
function follow(rises: Float64Array, start: number, gain: number, value: number, at: number): void {
  const evidence = rises[start]! * gain;
  if (evidence <= 1) {
    rises[start] = 1;
    rises[start + 1] = 0;
    rises[start + 2] = 0;
    return;
  }
  if (rises[start + 1] === 0) rises[start + 3] = at;
  rises[start] = Math.min(evidence, most);
  rises[start + 1]!++;
  rises[start + 2]! += value;
}

function binOf(edges: ArrayLike<number>, value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
