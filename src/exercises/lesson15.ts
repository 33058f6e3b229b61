import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: a machine keeps multipliers in 7 bits, M ≈ m · 2^(n − 7) with a whole m from 64 to 127. For M = 0.3, which m and n does it keep? An accumulator is 100, the output's zero point −10: which code does it write? Answer with { m, n, code }.",
  kind: record({ m: number(), n: number(), code: number() }),
  solution: { m: 77, n: -1, code: 20 },
  hints: [
    "Write M as a number from 0.5 to 1 times a power of two: the power is n.",
    "m is that number times 2^7, rounded to the nearest integer.",
    "100 · m · 2^(n − 7), rounded, is counted from the zero point.",
  ],
  mistakes: [
    {
      answer: { m: 38, n: 0, code: 20 },
      hint: "38 leaves a bit of the seven unused. m lies between 64 and 127.",
    },
    {
      answer: { m: 76, n: -1, code: 20 },
      hint: "76 is 76.8 without what is behind the point. Which integer is nearest?",
    },
    {
      answer: { m: 77, n: 1, code: 110 },
      hint: "With n = 1 M would be about 1.2. Is 0.3 above or below 0.5?",
    },
    {
      answer: { m: 77, n: -1, code: 30 },
      hint: "30 is the distance from the zero point. Which code lies there?",
    },
  ],
  remark:
    "0.3 is 0.6 · 2^(−1), and 77 / 128 is 0.6016: with 31 bits the error is 17 million times as small.",
});

type Rounding = (accumulator: number, multiplier: number, shift: number) => number;

/** The upper 32 bits of the doubled product, rounded. */
const upper = (a: number, m: number) => Math.floor((a * m) / 2 ** 31 + 0.5);
const away = (value: number) => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

const twice = exercise({
  question:
    "Twice: write the function (accumulator, multiplier, shift) => number, which rounds as the reference convolution does. First accumulator · multiplier / 2^31 is rounded to an integer, halves up; then that integer times 2^shift, halves away from zero. No shift is above 0, no product above 2^53.",
  kind: functionOf(
    () =>
      [
        { name: "a number that is no half", args: [1000, 1_288_490_189, -3] },
        { name: "a number just below a half", args: [2290, 1_200_000_000, -9] },
        { name: "a negative half", args: [-20, 1_073_741_824, -2] },
        { name: "a positive half", args: [20, 1_073_741_824, -2] },
        { name: "a positive number without a shift", args: [3, 1_073_741_824, 0] },
        { name: "a negative number without a shift", args: [-3, 1_073_741_824, 0] },
        { name: "an accumulator of 0", args: [0, 1_500_000_000, -5] },
      ] as { name: string; args: [number, number, number] }[],
    number(),
  ),
  solution: ((a, m, shift) => away(upper(a, m) * 2 ** shift)) as Rounding,
  hints: [
    "Halves up is Math.floor(x + 0.5). It is Math.round too.",
    "Halves away from zero rounds the size, and puts the sign back: Math.sign(x) · ⌊|x| + ½⌋.",
    "The second step begins with the first one's integer.",
  ],
  mistakes: [
    {
      answer: ((a, m, shift) => away(a * m * 2 ** (shift - 31))) as Rounding,
      hint: "That rounds once, as the reference dense layer does. Round the product with the multiplier before the shift.",
    },
    {
      answer: ((a, m, shift) => Math.floor(upper(a, m) * 2 ** shift + 0.5)) as Rounding,
      hint: "That sends negative halves up, towards zero, as the optimized kernels do.",
    },
    {
      answer: ((a, m, shift) => away(away((a * m) / 2 ** 31) * 2 ** shift)) as Rounding,
      hint: "The first step sends halves up, the negative ones too. Only the second one sends them away from zero.",
    },
    {
      answer: ((a, m, shift) => away(Math.floor((a * m) / 2 ** 31) * 2 ** shift)) as Rounding,
      hint: "The first step cuts off what is behind the point. It has to round.",
    },
  ],
  remark:
    "Two roundings aren't one: a number just below a half becomes that half in the first, and goes up in the second.",
});

// Four bytes each for the bias, its scale and the weights' scale, and eight in the list of zero points that both share.
const price = exercise({
  question:
    "A channel's price: write a dense layer of 16 inputs as an int8 .tflite file, its kernel with a scale for each channel, with 1,000 units and again with 2,000. How many bytes does an output channel add beside its 16 weights? Answer with a whole number.",
  kind: number(),
  solution: 20,
  hints: [
    "q.quantize takes random examples as calibration, q.convert({ calibration }) its result, and q.export.tflite(integer, null) counts the bytes.",
    "The difference of both files, divided by 1,000, is what a channel adds. Sixteen bytes of it are weights.",
    "A channel has a bias, and its kernel and its bias have a scale and a zero point each. Which of these can be shared?",
  ],
  mistakes: [
    { answer: 36, hint: "Sixteen of these bytes are the weights themselves." },
    {
      answer: 4,
      hint: "That is the bias alone. Which numbers say what its codes and those of the weights mean?",
    },
    {
      answer: 12,
      hint: "Those are the bias and two scales. Each scale comes with a zero point, a number of 64 bits.",
    },
    {
      answer: 28,
      hint: "That counts a zero point for the weights and one for the bias. They are equal: does the file hold both lists?",
    },
    { answer: 20_000, hint: "Those are the bytes of all the channels that were added." },
  ],
  remark:
    "The bias and two scales take four bytes each, a zero point eight; a second layer as wide shares the list of zeros and pays 12. A depthwise layer has nine weights a channel: fewer bytes than their price.",
});

/** @internal */
export const lesson15: Exercise[] = [byPen, twice, price];
