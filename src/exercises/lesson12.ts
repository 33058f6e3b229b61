import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const chance = exercise({
  question:
    "By pen: 2 bits, the largest gradient of an example is 0.6, another one is 0.1. Stochastic rounding takes it to one of the two levels beside it. Answer with { low, high, chance }: both levels, and with which probability it becomes the high one.",
  kind: record({ low: number(), high: number(), chance: number({ tolerance: 0.005 }) }),
  solution: { low: -0.2, high: 0.2, chance: 0.75 },
  hints: [
    "Two bits are four levels from −0.6 to 0.6, evenly spaced. How large is a step?",
    "The mean must be the gradient: low·(1 − chance) + high·chance = 0.1.",
  ],
  mistakes: [
    {
      answer: { low: -0.2, high: 0.2, chance: 0.25 },
      hint: "The closer level is the likelier one: which one is closer to 0.1?",
    },
    {
      answer: { low: 0, high: 0.2, chance: 0.5 },
      hint: "Is 0 a level? Write all four of them down.",
    },
    {
      answer: { low: -0.2, high: 0.2, chance: 1 },
      hint: "That is rounding to nearest. Its mean would be 0.2.",
    },
    {
      answer: { low: -1 / 3, high: 1 / 3, chance: 0.65 },
      hint: "These are the levels of an example whose largest gradient is 1.",
    },
    {
      answer: { low: 0, high: 0.3, chance: 1 / 3 },
      hint: "From −0.6 to 0.6 in steps of 0.3 there would be five levels. How many can 2 bits tell apart?",
    },
  ],
  remark:
    "Three times in four it goes up by 0.1, once it goes down by 0.3: the errors cancel, and only in the mean.",
});

type Round = (gradient: number, bits: number, largest: number) => number;

/** A function of the position between two levels, from 0 to below 1, and of the step. */
const between =
  (of: (share: number, step: number) => number): Round =>
  (gradient, bits, largest) => {
    const step = (2 * largest) / (2 ** bits - 1);
    const position = (gradient + largest) / step;
    return of(position - Math.floor(position), step);
  };

const variance = between((share, step) => share * (1 - share) * step ** 2);

const noise = exercise({
  question:
    "What the chance costs: write the function (gradient, bits, largest) => number, the variance of a gradient that is rounded stochastically, with levels from −largest to largest.",
  kind: functionOf(
    () => [
      { name: "a gradient between two levels", args: [0.1, 2, 0.6] as [number, number, number] },
      { name: "a gradient halfway", args: [0, 2, 1] },
      { name: "a negative gradient", args: [-0.35, 3, 0.5] },
      { name: "a gradient that is a level", args: [-3, 2, 3] },
      { name: "the largest gradient", args: [0.75, 4, 0.75] },
      { name: "one bit", args: [0.2, 1, 1] },
    ],
    number({ tolerance: 1e-9 }),
  ),
  solution: variance,
  hints: [
    "It becomes one of two levels, low and high. With the probability p for high the mean is low + p·(high − low). What is p?",
    "The variance of a value that is one of two, a step apart, with the probabilities p and 1 − p, is p·(1 − p)·step².",
  ],
  mistakes: [
    {
      answer: between((share, step) => (Math.min(share, 1 - share) * step) ** 2),
      hint: "That is the squared error of rounding to nearest, which is the same in each draw.",
    },
    {
      answer: between((_, step) => step ** 2 / 12),
      hint: "That is the variance of the uniform noise that is added. How much of it is left after rounding, at a level say?",
    },
    {
      answer: between((share, step) => Math.sqrt(share * (1 - share)) * step),
      hint: "That is the standard deviation. What is its square?",
    },
    {
      answer: (gradient, bits, largest) => {
        const step = (2 * largest) / 2 ** bits;
        const position = (gradient + largest) / step;
        const share = position - Math.floor(position);
        return share * (1 - share) * step ** 2;
      },
      hint: "b bits have 2^b levels. How many steps are between them?",
    },
  ],
  remark:
    "At a level there is no noise, halfway there is most: a quarter of a squared step. Nearest has a smaller error in each draw, and the same one in all of them.",
});

const halves = exercise({
  question:
    "Fewer weights or fewer bits? By pen: a kernel of 800 weights, stored dense at 2 bits, takes 200 bytes. At 4 bits its zeros aren't stored: a bit for each weight says whether it is 0, and the others take 4 bits each. Which share of the weights must be 0 for the same 200 bytes? Answer with a number from 0 to 1.",
  kind: number({ tolerance: 0.001 }),
  solution: 0.75,
  hints: [
    "The mask alone takes a bit for each of the 800 weights. How many bytes are left for the values?",
    "With the share p of zeros a weight takes 1 + 4·(1 − p) bits on average.",
  ],
  mistakes: [
    {
      answer: 0.5,
      hint: "Half as many values of twice the bits would be it, if the mask took nothing.",
    },
    { answer: 0.25, hint: "That share of the weights is left." },
    { answer: 75, hint: "A share runs from 0 to 1: divide percent by 100." },
    {
      answer: 0.625,
      hint: "One bit of mask for each of the weights, zeros included: did you count half a bit?",
    },
  ],
  remark:
    "Where the zeros are must be stored as well. In the lesson's map compare three quarters of zeros at W4 with no zeros at W2.",
});

/** @internal */
export const lesson12: Exercise[] = [chance, noise, halves];
