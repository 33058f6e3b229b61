import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: a state is rounded after each step, each time with an error of at most e. Of the errors so far the next step keeps half. How many times e can the error be at most, after very many steps? And how many times e after eight steps if each step keeps the errors whole? Answer with { half, whole }.",
  kind: record({ half: number({ tolerance: 0.01 }), whole: number() }),
  solution: { half: 2, whole: 8 },
  hints: [
    "The newest error counts whole, the one before it half, the one before that a quarter.",
    "1 + 1/2 + 1/4 + 1/8 + … is a geometric series.",
    "Kept whole, each of the eight steps adds e once.",
  ],
  mistakes: [
    {
      answer: { half: 1, whole: 8 },
      hint: "1/2 + 1/4 + 1/8 + … is 1. The newest error, which no step has halved yet, is missing.",
    },
    {
      answer: { half: 4, whole: 8 },
      hint: "That is half of eight. The older an error, the more often it was halved.",
    },
    {
      answer: { half: 2, whole: 1 },
      hint: "Errors that nothing forgets add up: how many were drawn in eight steps?",
    },
    {
      answer: { half: 2, whole: 256 },
      hint: "Kept whole is a factor of 1 at each step, not of 2.",
    },
  ],
  remark:
    "A state that forgets half holds at most the errors of two steps, however long the sequence is. What is kept whole, as a carry whose gate is open, adds up all of them.",
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

// Means over five seeds: float 90.7, PTQ 75.2, QAT 88.1 %.
const third = exercise({
  question:
    "A third network: put q.models.gru with 16 units through the lesson's experiment at W2A4, with the same seeds and epochs. Which share of the points that PTQ loses on average does QAT bring back on average? Answer with a number from 0 to 1.",
  kind: number({ tolerance: 0.08 }),
  solution: 0.83,
  hints: [
    "Add GRU to networks, built as the LSTM is, and run the cells of the experiment again.",
    "Lost is float − PTQ, brought back is QAT − PTQ: both in points.",
    "Average both over the seeds first, then divide.",
  ],
  mistakes: [
    { answer: 83, hint: "A share runs from 0 to 1: divide percent by 100." },
    {
      answer: 0.971,
      hint: "That looks like QAT's accuracy divided by float's. How much of that accuracy did PTQ have already?",
    },
    { answer: 0.17, hint: "That is the share which is still missing." },
    {
      answer: 12.9,
      hint: "That is the gain itself, in points. How much was there to win?",
    },
  ],
  remark: "A GRU recovers as the LSTM does: most of what the rounding took comes back.",
});

/** @internal */
export const lesson13: Exercise[] = [byPen, theCarry, third];
