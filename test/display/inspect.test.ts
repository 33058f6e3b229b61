import { inspect } from "node:util";
import { expect, it, vi } from "vitest";
import { formatValue } from "../../src/display/index.js";
import * as q from "../../src/index.js";

const { tf } = q;

const tensor = tf.tensor2d([
  [1, -2.5],
  [0, 4],
]);
const model = tf.sequential({
  name: "printed",
  layers: [tf.layers.dense({ name: "only", units: 2, inputShape: [3] })],
});

it.each([
  ["a model", () => model],
  ["a data frame", () => q.dataFrame([{ bits: 4, error: 0.5 }])],
  ["a column of it", () => q.dataFrame([{ bits: 4, error: 0.5 }]).column("bits")],
  ["a tensor", () => tensor],
  ["a variable", () => tf.variable(tensor)],
  ["a tensor of texts", () => tf.tensor(["a", "b"])],
  ["a tensor of truths", () => tf.tensor([true, false])],
  ["a tensor of complex numbers", () => tf.complex([3, 0], [4, 0])],
  ["an empty tensor", () => tf.zeros([0, 3])],
  ["a tensor of many values", () => tf.ones([40, 3])],
  [
    "a history",
    () =>
      q.fit(
        model,
        { xs: tf.ones([4, 3]), ys: tf.ones([4, 2]) },
        { epochs: 2, loss: "meanSquaredError", progress: false },
      ),
  ],
])("%s prints in plain Node as a notebook shows it", async (_, make) => {
  const value = await make();
  const bundle = (await formatValue(value)) as Record<string, string>;
  expect(inspect(value)).toBe(bundle["text/plain"]);
  expect(inspect([value])).toContain(bundle["text/plain"]!.split("\n")[0]);
  expect(inspect(value)).not.toMatch(/\[object Object\]|_callHook|\$isSeries/);
});

it("a tensor inside another value prints in a line", () => {
  const nested = { scale: tf.scalar(0.5), kernels: [tensor], text: tf.tensor(["a", "b"]) };
  expect(
    inspect(nested)
      .split("\n")
      .map((line) => line.trim()),
  ).toEqual([
    "{",
    "scale: tensor float32 [] 0.5,",
    "kernels: [ tensor float32 [2, 2] min −2.5  mean 0.625  max 4  NaN 0 ],",
    "text: tensor string [2]",
    "}",
  ]);
});

it("a disposed tensor prints, by itself and inside another value", () => {
  const gone = tf.zeros([2]);
  gone.dispose();
  expect(inspect(gone)).toBe("tensor float32 [2], disposed: its values are freed");
  expect(inspect([gone])).toBe("[ tensor float32 [2], disposed: its values are freed ]");
});

it("a tensor prints itself as before", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  tensor.print();
  expect(log.mock.calls).toEqual([[tensor.toString()]]);
  log.mockRestore();
});

it("printing a tensor keeps no tensors", () => {
  const { numTensors } = tf.memory();
  inspect([tensor, { tensor }]);
  expect(tf.memory().numTensors).toBe(numTensors);
});

it.each([true, false])(
  "a compiled step may print its tensors (rewritten: %s)",
  { tags: "slow" },
  (rewrite) => {
    const lines: string[] = [];
    const step = q.compile(
      (x: q.tf.Tensor) => {
        const y = x.square();
        lines.push(inspect(y), inspect({ y }));
        return y.sum();
      },
      { rewrite },
    );
    const results = [1, 2, 3, 4].map((x) => step(tf.tensor1d([x, 2])).dataSync()[0]);
    expect(results).toEqual([5, 8, 13, 20]);
    expect(lines[0]).toContain("[1, 4]");
    expect(lines[1]).toContain("max 4 ");
  },
);

it("a disposed model prints, too", () => {
  const gone = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
  gone.dispose();
  expect(inspect(gone).length).toBeGreaterThan(5);
});

it("a model with a layer that gives several shapes prints them all", () => {
  const input = tf.input({ shape: [4, 4, 2] });
  const shared = tf.layers.conv2d({ name: "shared", filters: 2, kernelSize: 2 });
  const output = shared.apply(shared.apply(input)) as q.tf.SymbolicTensor;
  const text = inspect(tf.model({ inputs: input, outputs: output }));
  expect(text).toMatch(/shared +Conv2D +\? × 3 × 3 × 2, \? × 2 × 2 × 2 /);
});
