import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const howManyBits = exercise({
  question:
    "How many bits? Values that are spread evenly over the whole range are to be stored with a signal-to-quantization-noise ratio of at least 40 dB. How few bits will do? Answer with a whole number.",
  kind: number(),
  solution: 7,
  hints: [
    "The rule says what one bit brings. How many of those make 40 dB?",
    "A format has a whole number of bits, and at least 40 dB are asked for.",
  ],
  mistakes: [
    { answer: 6, hint: "That is what the rule gives, rounded to the nearest. Is it enough?" },
    {
      answer: 40 / (20 * Math.log10(2)),
      hint: "That is the rule's own answer. Is there a format with that number of bits?",
    },
    {
      answer: 14,
      hint: "That would be right if a bit brought 10·log₁₀ 2 dB. The step halves: what becomes of the error's square?",
    },
    {
      answer: 40,
      hint: "That is the ratio in dB. Look at the table: how many dB stand in its first row, and how many in the next?",
    },
  ],
  remark: "Six bits reach 36.1 dB, seven 42.1 dB: one bit more than the ratio seems to ask for.",
});

const halves = exercise({
  question:
    "Exact halves. Many values lie exactly in the middle between two codes: let x be 0, ½, 1, 1½, 2, … steps, all equally often. What is the mean error x̂ − x, in steps, when halves are rounded up (halfUp), and when they are rounded to the even code (halfEven)? Answer as { halfUp, halfEven }.",
  kind: record({ halfUp: number({ tolerance: 0.01 }), halfEven: number({ tolerance: 0.01 }) }),
  solution: { halfUp: 0.25, halfEven: 0 },
  hints: [
    "Write the errors of 0, ½, 1, 1½ down, one line for each way to round.",
    "Whole numbers stay what they are: their errors are 0, and count in the mean.",
    "To even: ½ becomes 0, and 1½ becomes 2. What do those two errors add up to?",
  ],
  mistakes: [
    {
      answer: { halfUp: 0.5, halfEven: 0 },
      hint: "That is the error of the halves alone. The whole numbers are in the mean too.",
    },
    {
      answer: { halfUp: 0, halfEven: 0 },
      hint: "Half up never rounds a half down: nothing is there to cancel the error.",
    },
    {
      answer: { halfUp: -0.25, halfEven: 0 },
      hint: "Mind the sign: the error is the stored value minus the true one.",
    },
    {
      answer: { halfUp: 0.25, halfEven: 0.25 },
      hint: "Among 0, ½, 1, 1½ two values lie in the middle. To which even code does each go?",
    },
  ],
  remark:
    "Half up shifts such values by a quarter of a step on average; half to even goes up as often as down. Averages of two codes are such values, as in average pooling.",
});

type Stochastic = (x: number, delta: number, u: number) => number;

const byChance = exercise({
  question:
    "Rounding by chance: write the function (x, delta, u) => number, which rounds x to a multiple of the step delta stochastically, with a number u drawn evenly from [0, 1): up where u is below the fraction of a step that is left, else down. Nothing is clipped.",
  kind: functionOf(
    () =>
      [
        { name: "a value between two codes, drawn upwards", args: [0.3, 1, 0.2] },
        { name: "a value between two codes, drawn downwards", args: [0.3, 1, 0.4] },
        { name: "a value near the code above", args: [0.9, 1, 0.8] },
        { name: "a step other than 1", args: [1.3, 0.5, 0.5] },
        { name: "a negative value", args: [-0.3, 1, 0.5] },
        { name: "a negative value, drawn downwards", args: [-1.75, 1, 0.625] },
        { name: "a value on the grid", args: [3, 0.25, 0] },
      ] as { name: string; args: Parameters<Stochastic> }[],
    number(),
  ),
  solution: (x, delta, u) => {
    const floor = Math.floor(x / delta);
    return delta * (floor + (u < x / delta - floor ? 1 : 0));
  },
  hints: [
    "In units of the step, x / delta lies between two whole numbers. The lower one is its floor; what is left?",
    "The nearer x is to the code above, the more draws must take it up.",
    "Down means towards −∞, also for negative values.",
  ],
  mistakes: [
    {
      answer: (x, delta, u) => delta * Math.round(x / delta + u),
      hint: "Rounding to the nearest has a ½ of its own. The draw has to decide instead, not as well.",
    },
    {
      answer: (x, delta, u) => delta * Math.floor(x / delta + u),
      hint: "Its mean is right, but it goes up for the large draws. Here a draw below the fraction goes up.",
    },
    {
      answer: (x, delta, u) => {
        const down = Math.trunc(x / delta);
        return delta * (down + (u < x / delta - down ? 1 : 0));
      },
      hint: "What does Math.trunc do to a negative number? Below 0, towards zero is up.",
    },
    {
      answer: (x, delta, u) => {
        const floor = Math.floor(x / delta);
        return floor + (u < x / delta - floor ? 1 : 0);
      },
      hint: "That is the code. The value is asked for.",
    },
    {
      answer: (x, _delta, u) => Math.floor(x) + (u < x - Math.floor(x) ? 1 : 0),
      hint: "That rounds to whole numbers. How many steps is x?",
    },
    {
      answer: (x, delta, u) => delta * (u < 0.5 ? Math.ceil(x / delta) : Math.floor(x / delta)),
      hint: "That tosses a fair coin. The nearer code must be drawn more often, or the mean isn't x.",
    },
  ] as { answer: Stochastic; hint: string }[],
  remark:
    "The chance to go up is the fraction itself, so over all draws the mean of x̂ is x, whatever x is.",
});

/** @internal */
export const lesson01: Exercise[] = [howManyBits, halves, byChance];
