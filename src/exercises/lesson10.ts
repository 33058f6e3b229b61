import { functionOf, number, numbers, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: two inputs, x2 = 2·x1, and the weights w = (0.4, 0.4) with the scale 1. Each weight takes one of its two neighbouring codes. Which codes move the output w1·x1 + w2·x2 least? Answer with a list of two codes.",
  kind: numbers(),
  solution: [1, 0],
  hints: [
    "Down moves a weight by −0.4, up by 0.6. Write down how far the output moves for each of the four choices.",
    "The output moves by (d1 + 2·d2)·x1, with the moves d1 and d2 of the weights.",
  ],
  mistakes: [
    {
      answer: [0, 0],
      hint: "That is rounding to nearest: both moves have the same sign, so they add up.",
    },
    {
      answer: [0, 1],
      hint: "The second input is twice as large: a large move of its weight counts twice.",
    },
    { answer: [1, 1], hint: "Both moves have the same sign, so they add up." },
    {
      answer: [0.4, 0.4],
      hint: "Those are the weights. With the scale 1 their codes are whole numbers.",
    },
  ],
  remark:
    "One weight goes away from its nearest code to make up for the other: d1 + 2·d2 = 0.6 − 0.8 = −0.2.",
});

const fractionOf = (w: number, s: number) => w / s - Math.floor(w / s);
const inverse = (h: number) => Math.log((h + 0.1) / (1.1 - h));

const startingPoint = exercise({
  question:
    "The starting point: write the function (w, s) => V, which gives the V at which the soft bit h = clip(1.2·σ(V) − 0.1, 0, 1) of a weight w with the scale s is its fraction w/s − ⌊w/s⌋.",
  kind: functionOf(
    () =>
      [
        { name: "a weight between two codes", args: [0.4, 0.25] },
        { name: "another scale", args: [1.3, 0.5] },
        { name: "a negative weight", args: [-0.35, 0.25] },
        { name: "a weight just below a code", args: [0.74, 0.25] },
        { name: "a weight on the grid", args: [-1, 0.25] },
      ] as { name: string; args: [number, number] }[],
    number({ tolerance: 1e-4 }),
  ),
  solution: (w, s) => inverse(fractionOf(w, s)),
  hints: [
    "First the fraction f, from 0 to below 1. Then solve 1.2·σ(V) − 0.1 = f for σ(V).",
    "σ(V) = p is solved by V = ln(p / (1 − p)).",
  ],
  mistakes: [
    {
      answer: (w, s) => Math.log(fractionOf(w, s) / (1 - fractionOf(w, s))),
      hint: "That is the inverse of the plain sigmoid. Here it is stretched by 1.2 and moved by −0.1.",
    },
    {
      answer: (w, s) => inverse(w / s - Math.trunc(w / s)),
      hint: "The code below −1.4 is −2: for negative weights Math.trunc goes up.",
    },
    {
      answer: (w, s) => inverse(w / s - Math.round(w / s)),
      hint: "The fraction is counted from the code below, not from the nearest one.",
    },
    {
      answer: (w) => inverse(w - Math.floor(w)),
      hint: "The grid's steps are s wide: how many of them is the weight?",
    },
    {
      answer: (w, s) => (fractionOf(w, s) + 0.1) / 1.2,
      hint: "That is σ(V). Which V has it?",
    },
  ],
  remark:
    "So AdaRound begins at the float model: nothing is rounded yet, and the stretch lets h reach 0 and 1 at a finite V.",
});

// Means over the lesson's five seeds: 33.1 points at 2 bits, 4.8 at 3 (interval 3.7 to 5.8), 1.9 at 4 (0.3 to 3.6).
const moreBits = exercise({
  question:
    "More bits: repeat the experiment with weights of 3 and of 4 bits (method mse, the lesson's seeds and epochs). How many points of test accuracy does AdaRound gain over nearest, on average? Answer with { W3, W4 }.",
  kind: record({ W3: number({ tolerance: 2.5 }), W4: number({ tolerance: 1.2 }) }),
  solution: { W3: 4.8, W4: 1.9 },
  hints: [
    "Make the scheme with q.int(3, …) or q.int(4, …) in place of q.int(2, …), and run the cells of the experiment again.",
    "The gain is AdaRound minus nearest for each network, in percent; then the mean over the networks.",
  ],
  mistakes: [
    {
      answer: { W3: 0.048, W4: 0.019 },
      hint: "Points are hundredths: from 0.9 to 0.95 are 5 points.",
    },
    { answer: { W3: 33.1, W4: 33.1 }, hint: "That is the gain at 2 bits." },
    {
      answer: { W3: 96, W4: 97 },
      hint: "Those are AdaRound's accuracies. How much of them did nearest reach?",
    },
  ],
  remark:
    "Each further bit halves the step: nearest loses less, and there is less to win back. Better rounding matters where bits are few.",
});

/** @internal */
export const lesson10: Exercise[] = [byPen, startingPoint, moreBits];
