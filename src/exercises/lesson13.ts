import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: in one channel the largest activation is 64, and the largest weight that reads it 0.25. Smooth it with α = ½. Answer with { s, activation, weight }: the factor, and the largest activation and weight afterwards.",
  kind: record({ s: number(), activation: number(), weight: number() }),
  solution: { s: 16, activation: 4, weight: 4 },
  hints: [
    "s = max|X|^α / max|W|^(1−α): two square roots here.",
    "The activation is divided by s, and the weight multiplied, so that their product stays.",
    "The product is 64 · 0.25 before and after.",
  ],
  mistakes: [
    {
      answer: { s: 4, activation: 16, weight: 1 },
      hint: "That multiplies the two roots. What does the fraction say?",
    },
    {
      answer: { s: 256, activation: 0.25, weight: 64 },
      hint: "Without the roots the two change places, and the weight is the outlier now.",
    },
    {
      answer: { s: 16, activation: 1024, weight: 0.015625 },
      hint: "The factor is right. Which of the two should become smaller?",
    },
    {
      answer: { s: 64, activation: 1, weight: 16 },
      hint: "That is α = 1: the whole difficulty goes to the weights.",
    },
  ],
  remark:
    "With α = ½ both end at the geometric mean of the two, √(64 · 0.25): they share the difficulty.",
});

type Carry = (increments: number[], s: number) => number;
const halfUp = (x: number, s: number) => s * Math.floor(x / s + 0.5);
const sum = (increments: number[]) => increments.reduce((c, increment) => c + increment, 0);

const theCarry = exercise({
  question:
    "The carry: write the function (increments, s) => number, the carry of a cell that is rounded after each step. It starts at 0; at each step the increment is added, then the carry is rounded to the nearest multiple of s, halves up.",
  kind: functionOf(
    () =>
      [
        { name: "eight increments below half a step", args: [Array(8).fill(0.046875), 0.125] },
        { name: "eight increments above half a step", args: [Array(8).fill(0.09375), 0.125] },
        { name: "increments of half a step", args: [[0.5, 0.5, 0.5], 1] },
        { name: "increments of both signs", args: [[0.75, -0.5, 0.25, -1.5, 0.375], 0.5] },
        { name: "no increments", args: [[], 0.25] },
      ] as { name: string; args: [number[], number] }[],
    number(),
  ),
  solution: ((increments, s) => increments.reduce((c, x) => halfUp(c + x, s), 0)) as Carry,
  hints: [
    "The nearest multiple of s, halves up, is s · ⌊x/s + ½⌋.",
    "The next step begins with the rounded carry, not with the exact one.",
  ],
  mistakes: [
    {
      answer: ((increments) => sum(increments)) as Carry,
      hint: "That is the carry in float: nothing is rounded.",
    },
    {
      answer: ((increments, s) => halfUp(sum(increments), s)) as Carry,
      hint: "That rounds once, at the end. The carry is rounded after each step, and the next one starts from there.",
    },
    {
      answer: ((increments, s) =>
        increments.reduce((c, x) => s * Math.floor((c + x) / s), 0)) as Carry,
      hint: "That rounds down always. Which multiple of s is the nearest?",
    },
    {
      answer: ((increments, s) =>
        increments.reduce((c, x) => Math.floor(c + x / s + 0.5), 0)) as Carry,
      hint: "Those are codes. What is the value of a code?",
    },
  ],
  remark:
    "Increments below half a step never arrive, however many there are: the carry adds up small things, and a coarse grid swallows them. The state is made anew at each step, which is why it can be rounded.",
});

// Five seeds lose 10.3, 11.7, 32.2, 13.8 and 35.3 points; the share of each lies between 0.82 and 0.94.
const fourth = exercise({
  question:
    "A fourth network: put q.models.gru with 16 units through the lesson's experiment at W2A4, with the same seeds and epochs. Which share of the points that PTQ loses on average does QAT bring back on average? Answer with a number from 0 to 1.",
  kind: number({ tolerance: 0.08 }),
  solution: 0.88,
  hints: [
    "Add GRU to networks, built as the LSTM is, and run the cells of the experiment again.",
    "Lost is float − PTQ, brought back is QAT − PTQ: both in points.",
    "Average both over the seeds first, then divide.",
  ],
  mistakes: [
    { answer: 88, hint: "A share runs from 0 to 1: divide percent by 100." },
    {
      answer: 0.974,
      hint: "That looks like QAT's accuracy divided by float's. How much of that accuracy did PTQ have already?",
    },
    { answer: 0.12, hint: "That is the share which is still missing." },
    {
      answer: 18.3,
      hint: "That is the gain itself, in points. How much was there to win?",
    },
  ],
  remark:
    "A GRU recovers as the LSTM does. Seeds differ in what they lose, three times as much in one as in another, and hardly in the share that comes back.",
});

/** @internal */
export const lesson13: Exercise[] = [byPen, theCarry, fourth];
