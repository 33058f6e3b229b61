import { type MimeBundle, shortNumber, table } from "../display/index.js";
import type { Timing } from "./timing.js";

/** @internal A row for each way of running the step; each column with one precision. */
export function timesTable(ways: Record<string, Timing>): MimeBundle {
  const timings = Object.values(ways);
  const columns = [
    { name: "native calls", texts: timings.map(({ native }) => shortNumber(native.count)) },
    { name: "native ms", texts: alike(timings.map(({ native }) => native.ms)) },
    { name: "memory ms", texts: alike(timings.map(({ memory }) => memory.ms)) },
    { name: "JavaScript ms", texts: alike(timings.map(({ javascript }) => javascript)) },
    { name: "total ms", texts: alike(timings.map(({ total }) => total)) },
    { name: "quartiles", texts: ranges(timings) },
  ];
  const rows = Object.keys(ways).map((name, i) => [name, ...columns.map(({ texts }) => texts[i]!)]);
  const head = columns.map(({ name }) => ({ name, align: "right" as const }));
  const calls = [...new Set(timings.map(({ calls }) => calls))].join(" and ");
  const caption = `Time of a call: mean of the middle half of ${calls} calls`;
  return table([{ name: "" }, ...head], rows, { caption });
}

function ranges(timings: Timing[]): string[] {
  const ends = alike(timings.flatMap(({ low, high }) => [low, high]));
  return timings.map((_, i) => `${ends[2 * i]}–${ends[2 * i + 1]}`);
}

/** Numbers as texts, all with as many decimals as the largest needs for three digits. */
function alike(values: number[]): string[] {
  const largest = Math.max(...values);
  const decimals = largest > 0 ? Math.max(0, 2 - Math.floor(Math.log10(largest))) : 0;
  return values.map((value) => value.toFixed(Math.min(decimals, 20)));
}
