import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

// On the lesson's sample mse keeps 99.6905 % of the values at 4 bits and 99.9995 % at 8: all but one value.
const whichPercentile = exercise({
  question:
    'Which percentile? Draw t₃ as the lesson does: studentT(200_000, { degrees: 3, seed: 1 }). Which share of its values, in percent, lies inside the range that q.observer("mse") finds for q.int(4), and which inside the one for q.int(8)? Answer with { four, eight }, to three digits behind the point at least.',
  kind: record({ four: number({ tolerance: 0.02 }), eight: number({ tolerance: 0.001 }) }),
  solution: { four: 99.6905, eight: 99.9995 },
  hints: [
    "Observe the values, ask for the range, and count those from min to max, both included.",
    "One observer serves both formats: range(format) may be called for each.",
  ],
  mistakes: [
    {
      answer: { four: 0.3095, eight: 0.0005 },
      hint: "That is the share which is clipped. How many are left?",
    },
    {
      answer: { four: 0.996905, eight: 0.999995 },
      hint: "As a share of 1 it is right. In percent?",
    },
    {
      answer: { four: 99.99, eight: 99.99 },
      hint: "That is the percentile method's default, for every format. What does mse's range hold?",
    },
    {
      answer: { four: 99.7485, eight: 99.9995 },
      hint: "Are there as many codes above 0 as below? Compare each value with the end on its side, not its magnitude with the lower end.",
    },
  ],
  remark:
    "Eight bits can afford to keep nearly every outlier, four can't. No single percentile is right for both, nor for other tails.",
});

type Cost = (values: number[], counts: number[], s: number, bits: number) => number;

/** J(s), with codes from `first` of `bits` to `last`. */
function cost(
  first = (bits: number) => -(2 ** (bits - 1)),
  last = (bits: number) => 2 ** (bits - 1) - 1,
  round = Math.round,
): Cost {
  return (values, counts, s, bits) =>
    values.reduce((sum, value, i) => {
      const code = Math.min(Math.max(round(value / s), first(bits)), last(bits));
      return sum + counts[i]! * (value - s * code) ** 2;
    }, 0);
}
const ones = (values: number[]) => values.map(() => 1);

const errorOfStep = exercise({
  question:
    "The error of a step: write the function (values, counts, s, bits) => number, which gives J(s) for any signed format: the sum of the squared errors of values, each occurring counts[i] times, when they are rounded to multiples of s with codes from −2^(bits−1) to 2^(bits−1) − 1.",
  kind: functionOf(
    () =>
      [
        { name: "values inside the range at 4 bits", args: [[-1.2, 0.3, 2.6], [5, 2, 1], 0.5, 4] },
        { name: "large values at 4 bits", args: [[-9.3, -7.8, 7.4, 12], [1, 4, 3, 2], 1, 4] },
        { name: "other bits", args: [[-3, -1.4, 0.2, 1.7, 40], [1, 9, 20, 8, 1], 0.25, 3] },
        { name: "a single bit", args: [[-0.8, 0.1, 0.9], [2, 3, 2], 1, 1] },
        { name: "no values", args: [[], [], 1, 4] },
      ] as { name: string; args: Parameters<Cost> }[],
    number(),
  ),
  solution: cost(),
  hints: [
    "Start from J of the lesson: −8 and 7 are the ends of the codes for 4 bits.",
    "What is the smallest code of `bits` bits, and what the largest?",
  ],
  mistakes: [
    {
      answer: cost(
        () => -8,
        () => 7,
      ),
      hint: "Those are the codes of 4 bits, whatever `bits` is.",
    },
    {
      answer: cost(
        () => Number.NEGATIVE_INFINITY,
        () => Number.POSITIVE_INFINITY,
      ),
      hint: "Rounding is there. What happens to a value that no code reaches?",
    },
    {
      answer: cost((bits) => 1 - 2 ** (bits - 1)),
      hint: "That is the narrow range: the full one has one code more.",
    },
    {
      answer: cost(
        (bits) => -(2 ** (bits - 1)),
        (bits) => 2 ** (bits - 1),
      ),
      hint: "Count the codes from the smallest to the largest, with 0: there is one too many.",
    },
    {
      answer: cost(undefined, undefined, Math.trunc),
      hint: "A value goes to the nearest code, not to the next one towards 0.",
    },
    {
      answer: (values, _, s, bits) => cost()(values, ones(values), s, bits),
      hint: "Each bin counts as often as values fell into it.",
    },
    {
      answer: (values, counts, s, bits) =>
        cost()(values, counts, s, bits) / counts.reduce((a, b) => a + b, 0),
      hint: "That is the mean. J is the sum.",
    },
  ],
  remark:
    "The sum runs over bins, not over values: a search over a thousand steps costs the same for a million values as for a billion.",
});

const inWhatOrder = exercise({
  question:
    'In what order? Five batches hold values from 0 to their end. q.observer({ name: "movingAverage", momentum: 0.9 }) sees them; the range is asked for q.uint(8). Four batches end at 1, one ends at 6. What is the range\'s max if the odd one comes first, and if it comes last? Answer with { first, last }.',
  kind: record({ first: number({ tolerance: 0.002 }), last: number({ tolerance: 0.002 }) }),
  solution: { first: 4.2805, last: 1.5 },
  hints: [
    "Each batch: average ← 0.9 · average + 0.1 · the batch's end. What is the average after the first?",
    "Try it: observe([0, 6]), then four times observe([0, 1]).",
  ],
  mistakes: [
    {
      answer: { first: 2, last: 2 },
      hint: "That is the mean of the ends. A moving average doesn't weigh all batches alike.",
    },
    { answer: { first: 6, last: 6 }, hint: "So minmax would answer." },
    {
      answer: { first: 1.0005, last: 5.5 },
      hint: "Momentum is the weight of the old average, not of the new value.",
    },
    {
      answer: { first: 0.73756, last: 0.90951 },
      hint: "The average doesn't start at 0: the first batch sets it.",
    },
  ],
  remark:
    "The first batch has the largest weight for a long time: with a momentum of 0.99 its weight is still more than a third after a hundred batches. A histogram gives the same range in any order.",
});

/** @internal */
export const lesson03: Exercise[] = [whichPercentile, errorOfStep, inWhatOrder];
