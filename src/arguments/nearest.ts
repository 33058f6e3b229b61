/**
 * @internal
 * The name that a misspelled one was meant to be, if one is near: at most a third of its letters differ.
 *
 * @example
 * nearest("trian", ["fold", "train"]); // "train"
 * nearest("both", ["fold", "train"]); // undefined
 */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const distances = names.map((other) => ({
    other,
    distance: editDistance(name.toLowerCase(), other.toLowerCase()),
    most: Math.max(1, Math.floor(Math.max(name.length, other.length) / 3)),
  }));
  const near = distances.filter(({ distance, most }) => distance <= most);
  return near.sort((a, b) => a.distance - b.distance)[0]?.other;
}

/**
 * How many letters to insert, delete, replace or exchange with their neighbour (Damerau 1964; optimal string
 * alignment) turn one text into another.
 */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const [before, last] = [rows[i - 2], rows[i - 1]!];
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j]! + 1, row[j - 1]! + 1);
      const exchanged = before && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) row[j] = Math.min(row[j]!, before[j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
