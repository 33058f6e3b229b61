import { functionOf, number } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: the range goes from 0 to 1, with 2 bits (steps of 1/3). The value x = 0.5 was rounded up to 2/3, and from above comes dy = −0.6. Which gradient does EWGS with δ = 1 pass on, dy · (1 + δ · sign(dy) · (x − x̂))? Answer to three digits behind the point.",
  kind: number({ tolerance: 0.001 }),
  solution: -0.7,
  hints: [
    "The range has the width 1, so that values are in units of the range already.",
    "x − x̂ is negative, and so is the sign of dy. What is their product?",
  ],
  mistakes: [
    {
      answer: -0.5,
      hint: "The formula has the sign of dy as well: without it the factor comes out below 1.",
    },
    { answer: -0.6, hint: "That is what the straight-through estimator passes on." },
    {
      answer: 0.7,
      hint: "The factor is positive here, so that the gradient keeps its sign.",
    },
    {
      answer: -0.9,
      hint: "The error counts in units of the range, not in steps.",
    },
  ],
  remark:
    "Descent moves x up, towards its value 2/3, and EWGS makes that step a sixth larger. With dy = 0.6 it would move away, by a smaller step of 0.5.",
});

type Gradient = (dy: number, x: number, min: number, max: number) => number;

/** Descent subtracts the gradient: a negative one moves x up. */
const wayBack: Gradient = (dy, x, min, max) => {
  if (x < min) return Math.min(dy, 0);
  return x > max ? Math.max(dy, 0) : dy;
};

const aWayBack = exercise({
  question:
    "A way back: write the function (dy, x, min, max) => number, the gradient of an estimator that passes dy on inside the range, and outside of it only when the step of gradient descent leads x towards the range; else it is 0.",
  kind: functionOf<[number, number, number, number], number>(
    () => [
      { name: "a value inside", args: [0.5, 0.2, -1, 1] },
      { name: "a value above that is drawn up", args: [-2, 3, -1, 1] },
      { name: "a value above that is drawn down", args: [2, 3, -1, 1] },
      { name: "a value below that is drawn up", args: [-2, -3, -1, 1] },
      { name: "a value below that is drawn down", args: [2, -3, -1, 1] },
      { name: "a value at the very end", args: [-0.5, 1, -1, 1] },
      { name: "a range from 0", args: [-1, -0.1, 0, 1] },
    ],
    number(),
  ),
  solution: wayBack,
  hints: [
    "A step of descent is x ← x − η · dy: which sign of dy moves x down?",
    "Above the range only a positive dy leads back, below it only a negative one.",
    "Three cases: x < min, x > max, and inside, both ends included.",
  ],
  mistakes: [
    {
      answer: (dy, x, min, max) => (x < min || x > max ? 0 : dy),
      hint: "That is the clipped straight-through estimator: what is outside stays there.",
    },
    {
      answer: (dy) => dy,
      hint: "That is the straight-through estimator: what is outside may run away.",
    },
    {
      answer: (dy, x, min, max) => {
        if (x < min) return Math.max(dy, 0);
        return x > max ? Math.min(dy, 0) : dy;
      },
      hint: "Descent subtracts the gradient: a positive dy makes x smaller.",
    },
  ],
  remark:
    "It can neither run away nor get stuck. q.prepare takes an estimator with such a gradient, written with tensors; q.estimators.register lets a saved model find it.",
});

const winnerByChance = exercise({
  question:
    "A winner by chance: five estimators are as good as the one they are compared with. Each comparison has a 95 % interval, and say they are independent. In which share of all such races does at least one interval miss 0?",
  kind: number({ tolerance: 0.005 }),
  solution: 1 - 0.95 ** 5,
  hints: [
    "How probable is it that a single interval contains 0? And that all of them do?",
    "At least one is the opposite of none.",
  ],
  mistakes: [
    { answer: 0.05, hint: "That is the share for a single comparison." },
    {
      answer: 0.25,
      hint: "Shares of events that can occur together don't add up. How probable is it that none occurs?",
    },
    {
      answer: 0.95 ** 5,
      hint: "That is the share of races in which no interval misses 0.",
    },
  ],
  remark:
    "Between a fifth and a quarter of all races would have a discovery in them, where there is nothing. With 99 % each it is a twentieth: Bonferroni's way, which the lesson took.",
});

/** @internal */
export const lesson07: Exercise[] = [byPen, aWayBack, winnerByChance];
