/** The most points of a curve. */
const most = 120;

/** @internal A curve in constant memory: where it has too many points every other one is dropped. */
export class Curve {
  /** The number of the example, and the decimal logarithm of each statistic's capital. */
  readonly points: [at: number, ...values: number[]][];
  #stride: number;

  constructor(points: [number, ...number[]][] = [], stride = 1) {
    this.points = points;
    this.#stride = stride;
  }

  get stride(): number {
    return this.#stride;
  }

  /** Whether the curve has a point for an example. */
  takes(at: number): boolean {
    return at % this.#stride === 0;
  }

  add(at: number, values: readonly number[]): void {
    this.points.push([at, ...values]);
    if (this.points.length <= most) return;
    this.#stride *= 2;
    const kept = this.points.filter(([at]) => at % this.#stride === 0);
    this.points.splice(0, this.points.length, ...kept);
  }
}
