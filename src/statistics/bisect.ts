/**
 * @internal
 * The root of a function that rises from below 0 at `low` to above 0 at `high`, by 60 halvings: which
 * reaches the last bits if the interval isn't much wider than the root's size.
 */
export function bisect(rising: (x: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let i = 0; i < 60; i++) {
    const middle = (from + to) / 2;
    if (rising(middle) < 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}
