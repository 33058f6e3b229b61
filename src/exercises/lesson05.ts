import { tf } from "../tensorflow/index.js";
import { functionOf, number, numbers } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const inYourHead = exercise({
  question:
    "PyTorch in your head: what does fake_quantize_per_tensor_affine return for -0.75, -0.25, 0.25, 0.75, 1.25 and 2.25, on a grid with scale 0.5, zero point 3 and the codes 0 to 7? Answer with a list of six values.",
  kind: numbers(),
  solution: [-1, 0, 0, 1, 1, 2],
  hints: [
    "Divide by the scale first: the six values are halves, from -1.5 to 4.5 steps.",
    "A half goes to the even neighbour; the zero point is added afterwards.",
    "The largest code, 7, stands for (7 - 3) steps of 0.5.",
  ],
  mistakes: [
    {
      answer: [-0.5, 0, 0.5, 1, 1.5, 2],
      hint: "That is TensorFlow's answer: halves upwards. To which neighbour does PyTorch go?",
    },
    {
      answer: [-0.5, -0.5, 0.5, 0.5, 1.5, 2],
      hint: "That rounds to the even code. Here the zero point is odd: is it added before the rounding or after it?",
    },
    {
      answer: [-1, -0.5, 0.5, 1, 1.5, 2],
      hint: "That is TensorFlow Lite's answer: halves away from zero.",
    },
    {
      answer: [-2, 0, 0, 2, 2, 4],
      hint: "Those are steps. The value of a step is the scale.",
    },
  ],
  remark:
    "The even multiple of the scale, not the even code: with an odd zero point all codes that halves go to are odd.",
});

type Mask = (x: tf.Tensor, scale: number, zeroPoint: number, largest: number) => tf.Tensor;

const inside = (code: tf.Tensor, largest: number) =>
  tf.logicalAnd(tf.greaterEqual(code, 0), tf.lessEqual(code, largest)).toFloat();

/** The rounded code, before it is clipped. */
const codeOf = (x: tf.Tensor, scale: number, zeroPoint: number) =>
  tf.add(tf.round(tf.mul(x, Math.fround(1 / scale))), zeroPoint);

const maskOfYourOwn = exercise({
  question:
    "A mask of your own: write the function (x, scale, zeroPoint, largest) => tensor which gives PyTorch's gradient for codes from 0 to largest: 1 where it passes, 0 where it doesn't, as float32 of x's shape.",
  kind: functionOf<[tf.Tensor, number, number, number], tf.Tensor | number[]>(
    () => [
      { name: "values inside and far outside", args: [tf.tensor1d([-9, 0, 1, 9]), 0.5, 2, 7] },
      {
        name: "values up to half a step outside",
        args: [tf.tensor1d([-1.2, -1, 2.5, 2.7]), 0.5, 2, 7],
      },
      {
        name: "values exactly half a step outside",
        args: [tf.tensor1d([-1.25, 2.75]), 0.5, 2, 7],
      },
      {
        name: "values exactly half a step outside, with an odd zero point",
        args: [tf.tensor1d([-1.375, 2.625]), 0.25, 5, 15],
      },
      {
        name: "two rows",
        args: [
          tf.tensor2d(
            [
              [-3, 0],
              [1, 3],
            ],
            [2, 2],
          ),
          1,
          1,
          3,
        ],
      },
    ],
    numbers(),
  ),
  solution: ((x, scale, zeroPoint, largest) =>
    inside(codeOf(x, scale, zeroPoint), largest)) as Mask,
  hints: [
    "Compute the code first, without clipping it: it is what the mask looks at.",
    "tf.round rounds halves to even; the zero point is added after it.",
    "tf.logicalAnd of two comparisons is true or false; .toFloat() makes 1 and 0 of it.",
  ],
  mistakes: [
    {
      answer: (x, scale, zeroPoint, largest) =>
        inside(tf.add(tf.div(x, scale), zeroPoint), largest),
      hint: "That is TensorFlow's mask, on the range. A value a little outside of it still has the outermost code: compare after the rounding.",
    },
    {
      answer: (x, scale, zeroPoint, largest) =>
        inside(tf.floor(tf.add(tf.add(tf.div(x, scale), zeroPoint), 0.5)), largest),
      hint: "Exactly half a step outside, yours decides otherwise. Where do halves go, and is the zero point added before the rounding or after it?",
    },
    {
      answer: (x, scale, zeroPoint, largest) =>
        inside(tf.clipByValue(codeOf(x, scale, zeroPoint), 0, largest), largest),
      hint: "A clipped code is always a code: the mask has to see it before it is clipped.",
    },
  ],
  remark:
    "The mask looks at the rounded code, so that even at the ends a half decides: one end of the range keeps it, the other may not.",
});

// Φ(−1) − Φ(−1.5) + Φ(2.5) − Φ(2)
const howMuch = exercise({
  question:
    "How much is half a step? Values are Gaussian with mean 0 and standard deviation 1, quantized to 2 bits on the range from -1 to 2 (scale 1, zero point 1). Which share of them gets a gradient in PyTorch but none in TensorFlow? Answer with a number from 0 to 1.",
  kind: number({ tolerance: 0.006 }),
  solution: 0.1084,
  hints: [
    "Take the gradient of q.fakeQuantize in both conventions on many draws of tf.randomNormal, and count where they differ.",
    'PyTorch needs q.uint(2, { rounding: "halfEven" }) and { scale: 1, zeroPoint: 1 }, TensorFlow q.uint(2) and { min: -1, max: 2 }.',
    "The sum of the differences of both gradients, divided by the number of draws.",
  ],
  mistakes: [
    { answer: 10.84, hint: "A share runs from 0 to 1: divide percent by 100." },
    {
      answer: 0.0165,
      hint: "That is the upper end alone. Values lie below the range as well.",
    },
    { answer: 0.0918, hint: "That is the lower end alone. Values lie above the range as well." },
    {
      answer: 0.1573,
      hint: "That counts a whole step beyond either end. Which values still round to the outermost code?",
    },
    {
      answer: 0.1814,
      hint: "Those are all values outside of the range. PyTorch stops them too, when they are far enough out.",
    },
  ],
  remark:
    "At 2 bits on a range this tight every tenth value is treated differently; each further bit halves the strip.",
});

/** @internal */
export const lesson05: Exercise[] = [inYourHead, maskOfYourOwn, howMuch];
