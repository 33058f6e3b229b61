import { functionOf, number } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: a network answers yes where 0.5·a − 2·b + 1·c is above 0. For a = 0.8, b = 0.1, c = 0.5 it says yes. Each input may be changed by at most ε. From which ε on can it be made to answer with 0 or less? Answer with a number.",
  kind: number(),
  solution: 0.2,
  hints: [
    "What is the output before the attack?",
    "Each input moves by the whole ε, in the direction that lowers the output: that is the weight's sign, turned round.",
    "The output falls by ε times the sum of the weights' sizes.",
  ],
  mistakes: [
    {
      answer: 0.7,
      hint: "0.7 is the output before the attack. By how much does it fall for each ε?",
    },
    {
      answer: 0.35,
      hint: "That moves the input with the largest weight alone. All three may move.",
    },
    {
      answer: -1.4,
      hint: "That sums the weights with their signs. An input with a negative weight moves up.",
    },
    { answer: 3.5, hint: "3.5 is how fast the output falls with ε. How far does it have to fall?" },
  ],
  remark:
    "The output falls by ε · Σ|w|: with 64 pixels in place of three inputs, many small changes add up.",
});

type Project = (x: number, start: number, epsilon: number) => number;
const clip = (x: number, low: number, high: number) => Math.min(high, Math.max(low, x));

const ball = exercise({
  question:
    "Back into the ball: write the function (x, start, epsilon) => number, which brings a pixel back after a step: to within epsilon of start, and into the range from 0 to 1. The start lies in that range.",
  kind: functionOf(
    () =>
      [
        { name: "a pixel that is near enough", args: [0.55, 0.5, 0.1] },
        { name: "a pixel that is too bright", args: [0.9, 0.5, 0.1] },
        { name: "a pixel that is too dark", args: [0.1, 0.5, 0.1] },
        { name: "a pixel at the range's upper end", args: [1.05, 0.98, 0.1] },
        { name: "a pixel at the range's lower end", args: [-0.3, 0.02, 0.1] },
        { name: "an epsilon of 0", args: [0.7, 0.5, 0] },
      ] as { name: string; args: [number, number, number] }[],
    number(),
  ),
  solution: ((x, start, epsilon) =>
    clip(clip(x, start - epsilon, start + epsilon), 0, 1)) as Project,
  hints: [
    "Two intervals: from start − epsilon to start + epsilon, and from 0 to 1.",
    "Math.min(high, Math.max(low, x)) brings x into an interval.",
  ],
  mistakes: [
    {
      answer: ((x, start, epsilon) => clip(x, start - epsilon, start + epsilon)) as Project,
      hint: "That leaves the range from 0 to 1, where no pixel can be.",
    },
    {
      answer: ((x) => clip(x, 0, 1)) as Project,
      hint: "That stays in the range, and goes as far from the start as it likes.",
    },
    {
      answer: ((x, start, epsilon) =>
        clip(start + epsilon * Math.sign(x - start), 0, 1)) as Project,
      hint: "That goes to the edge of the ball always. A pixel inside may stay where it is.",
    },
    {
      answer: ((x, start, epsilon) => clip(x - start, -epsilon, epsilon)) as Project,
      hint: "That is the change, not the pixel.",
    },
  ],
  remark: "Both intervals hold the start, so that their order doesn't matter.",
});

const game = exercise({
  question:
    "A fair game: a monitor has 20 statistics with a test martingale each, and the probability that any of them ever rings falsely is to be at most 1 %. Which capital does each have to reach to ring? Answer with a number.",
  kind: number(),
  solution: 2000,
  hints: [
    "A capital that starts at 1 and is a fair game reaches C with probability at most 1/C.",
    "The probabilities of twenty false alarms add up, at most.",
  ],
  mistakes: [
    { answer: 100, hint: "That is the bound for a single statistic. There are twenty." },
    { answer: 20, hint: "That would be a bound of 1/20 for each." },
    {
      answer: 0.0005,
      hint: "That is the probability that each may have. Which capital belongs to it?",
    },
    { answer: 5, hint: "Twenty chances to ring ask for a higher bound, not for a lower one." },
  ],
  remark:
    "The price of twenty statistics is small: a capital that doubles with each strange example needs four or five more of them.",
});

const enough = exercise({
  question:
    "Nothing has changed: a new version answers all n examples as the old one does. How many examples does it take until the interval of the share that changes (Clopper and Pearson, 95 %, two-sided) ends at 1 % or below? Answer with the smallest whole number.",
  kind: number(),
  solution: 368,
  hints: [
    "If a share p of all answers changes, with which probability does none of n change?",
    "The upper end is the p for which that probability is 2.5 %.",
    "q.clopperPearson(0, n).high tries a number.",
  ],
  mistakes: [
    { answer: 300, hint: "The rule of three, 3/n, is one-sided. The interval has two sides." },
    { answer: 299, hint: "That leaves 5 % on one side. How much is left on each of two?" },
    { answer: 367, hint: "Very near: 367 end a little above 1 %." },
    {
      answer: 100,
      hint: "With 100 examples and a share of 1 %, none changes in more than a third of all draws.",
    },
  ],
  remark:
    "Silence is weak evidence: it takes hundreds of unchanged answers to rule out one change in a hundred, in each class again.",
});

/** @internal */
export const lesson16: Exercise[] = [byPen, ball, game, enough];
