import { expect, it } from "vitest";
import { bars, histogram, line, scatter } from "../../src/plot/index.js";
import { tf } from "../../src/tensorflow/index.js";

it("marks take tensors for lists, and a function of the place for heights", () => {
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2, 4]);
    expect(line(x, x.square())).toEqual(line([1, 2, 4], [1, 4, 16]));
    expect(scatter(x, (at, i) => at + i)).toEqual(scatter([1, 2, 4], [1, 3, 6]));
    expect(line(["a", "b"], () => 0.5)).toEqual(line(["a", "b"], [0.5, 0.5]));
    expect(bars(["a", "bb"], (name) => name.length)).toEqual(bars(["a", "bb"], [1, 2]));
    const look = { bins: 2, range: [0, 4] as [number, number] };
    expect(histogram(x, look)).toEqual(histogram([1, 2, 4], look));
  });
});
