import type { Dataset } from "../../datasets/index.js";
import { base64 } from "../../display/index.js";
import type { PageData, PageExample } from "./pageData.js";

/** The most examples that a page offers. */
const most = 10;

/** @internal The facts of examples that a page needs: some of them, the range of their values, and their margin. */
export type ExampleFacts = Pick<PageData, "examples" | "range" | "margin">;

/** @internal The facts of a data set of images; without one, drawings have values from 0 to 1 and fill the image. */
export function factsOf(
  examples: Dataset | undefined,
  [height, width, channels]: readonly [number, number, number],
): ExampleFacts {
  if (!examples) return { examples: [], range: [0, 1], margin: 0 };
  const few = Math.min(examples.size, 500);
  const xs = examples.xs.slice(0, few);
  const values = xs.dataSync() as Float32Array;
  xs.dispose();
  const size = height * width * channels;
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const range = [low, high] as const;
  const labels = Array.from(examples.ys.dataSync().subarray(0, few));
  return {
    range,
    margin: marginOf(values, { height, row: width * channels }, range),
    examples: chosen(labels, examples.classes).map((index): PageExample => {
      const example = values.slice(index * size, (index + 1) * size);
      const label = examples.labels?.[labels[index]!] ?? String(labels[index]);
      return { label, values: base64(new Uint8Array(example.buffer)) };
    }),
  };
}

/** The first example of each class, or the first examples. */
function chosen(labels: readonly number[], classes: number): number[] {
  if (classes === 0 || classes > most) return labels.map((_, i) => i).slice(0, most);
  const firsts = Array.from({ length: classes }, (_, label) => labels.indexOf(label));
  return firsts.filter((index) => index >= 0);
}

/** The mean share of rows without ink above an image's ink, and below it. */
function marginOf(
  values: Float32Array,
  { height, row }: { height: number; row: number },
  [low, high]: readonly [number, number],
): number {
  const images = values.length / (height * row);
  let empty = 0;
  for (let image = 0; image < images; image++) {
    const hasInk = Array.from({ length: height }, (_, y) => {
      const start = (image * height + y) * row;
      return values.subarray(start, start + row).some((value) => value > low + 0.2 * (high - low));
    });
    const [first, last] = [hasInk.indexOf(true), hasInk.lastIndexOf(true)];
    if (first >= 0) empty += height - 1 - last + first;
  }
  return Math.min(0.4, empty / (2 * height * images));
}
