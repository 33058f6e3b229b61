import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fakeQuantize, int, uint } from "../../src/quantizers/index.js";
import { tf } from "../../src/tensorflow/index.js";
import golden from "../golden/lesson_05.json" with { type: "json" };

const notebook = new URL("../../notebooks/05-what-do-frameworks-compute.ipynb", import.meta.url);
const { cells } = JSON.parse(readFileSync(notebook, "utf8")) as { cells: { source: string[] }[] };
const source = cells.map((cell) => cell.source.join("")).join("\n");

/** A literal of the notebook's, with JSON's commas and quotes. */
function literal(name: string): unknown {
  const [, text] = source.match(new RegExp(`const ${name} = ([^;]*);`)) ?? [];
  return JSON.parse(text!.replaceAll(/,(?=\s*[}\]])/g, ""));
}

const { tensorflow, torch, onnxruntime } = golden.versions;
const names = {
  tensorflow: `TensorFlow ${tensorflow}`,
  pytorch: `PyTorch ${torch.split("+")[0]}`,
  onnx: `ONNX Runtime ${onnxruntime}`,
  tflite: `TensorFlow Lite ${tensorflow}`,
};

it("lesson 05 carries what the runtimes gave, and their versions", () => {
  expect(literal("given")).toEqual(golden.given);
  expect(literal("recorded")).toEqual({
    [names.tensorflow]: golden.tensorflow.steps,
    [names.pytorch]: golden.pytorch.steps,
    [names.onnx]: golden.onnx.steps,
    [names.tflite]: golden.tflite.steps,
  });
  expect(literal("gradients")).toEqual({
    [names.tensorflow]: golden.tensorflow.gradient,
    [names.pytorch]: golden.pytorch.gradient,
  });
  expect(literal("multiplied")).toEqual(golden.inverse.pytorch);
  expect(literal("divided")).toEqual(golden.inverse.onnx);
});

const [scale, zeroPoint] = [0.25, 5];
const even = { rounding: "halfEven" } as const;

it.each([
  [names.tensorflow, golden.tensorflow, uint(4), { min: -1.25, max: 2.5 }],
  [names.pytorch, golden.pytorch, uint(4, even), { scale, zeroPoint }],
  [names.onnx, golden.onnx, uint(4, { ...even, matches: "onnx" }), { scale, zeroPoint }],
  [
    names.tflite,
    golden.tflite,
    int(8, { rounding: "halfAwayFromZero", symmetric: false }),
    { scale, zeroPoint: zeroPoint - 128 },
  ],
] as const)(
  "fakeQuantize gives the values and the gradient of %s",
  (_name, expected, format, range) => {
    tf.tidy(() => {
      const x = tf.tensor1d(golden.given).mul(scale);
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => fakeQuantize(x, format, range))(x);
      expect(value.div(scale).arraySync()).toEqual([...expected.steps]);
      if ("gradient" in expected) expect(grad.arraySync()).toEqual(expected.gradient);
    });
  },
);
