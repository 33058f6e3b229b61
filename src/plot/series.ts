/** One point of a series; `null` in `y` is a gap. */
export interface Point {
  x: number;
  y: number | null;
  /** Ends of an interval around `y`. */
  low?: number | null;
  high?: number | null;
}

/** A stretch of points, of which the lowest and the highest point are kept. */
interface Bucket {
  /** The number of points in the bucket so far. */
  count: number;
  min: Point;
  max: Point;
}

/**
 * A series that grows without bound and draws a bounded number of points: past `limit` buckets,
 * neighbours are merged two by two and each keeps its lowest and highest point, so that no spike is
 * lost. A push costs O(1), amortised. A gap survives merging only if the whole bucket is a gap.
 */
export class Series {
  private buckets: Bucket[] = [];
  /** The number of points in a full bucket. */
  private width = 1;

  /** @param limit the most buckets that are kept (default 500); at most twice as many points are drawn */
  constructor(private readonly limit = 500) {}

  push(point: Point): void {
    const last = this.buckets.at(-1);
    if (last && last.count < this.width) {
      last.min = lower(last.min, point);
      last.max = higher(last.max, point);
      last.count++;
      return;
    }
    if (this.buckets.length >= this.limit) this.halve();
    this.buckets.push({ count: 1, min: point, max: point });
  }

  /** The points to draw, in the order in which they were pushed. */
  points(): Point[] {
    return this.buckets.flatMap(({ min, max }) => {
      if (min === max) return [min];
      return min.x <= max.x ? [min, max] : [max, min];
    });
  }

  private halve(): void {
    const merged: Bucket[] = [];
    for (let i = 0; i < this.buckets.length; i += 2) {
      const [a, b] = [this.buckets[i]!, this.buckets[i + 1]];
      merged.push(
        b ? { count: a.count + b.count, min: lower(a.min, b.min), max: higher(a.max, b.max) } : a,
      );
    }
    this.buckets = merged;
    this.width *= 2;
  }
}

function lower(a: Point, b: Point): Point {
  if (a.y === null) return b;
  return b.y !== null && b.y < a.y ? b : a;
}

function higher(a: Point, b: Point): Point {
  if (a.y === null) return b;
  return b.y !== null && b.y > a.y ? b : a;
}
