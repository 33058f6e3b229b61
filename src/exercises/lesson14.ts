import { functionOf, number, numbers, record } from "./answers/index.js";
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

type Factors = (activations: number[], weights: number[], alpha: number) => number[];
const plain: Factors = (X, W, alpha) => X.map((x, j) => x ** alpha / W[j]! ** (1 - alpha));
const edged =
  (factors: Factors): Factors =>
  (X, W, alpha) =>
    factors(X, W, alpha).map((s, j) => (X[j] === 0 || W[j] === 0 ? 1 : s));

const theFactors = exercise({
  question:
    "The factors: write the function (activations, weights, alpha) => number[], SmoothQuant's factor s of each channel, from its largest activation and the largest weight that reads it. A channel whose activations are all 0, or which no weight reads, keeps the factor 1.",
  kind: functionOf(
    () =>
      [
        { name: "α = ½", args: [[64, 4, 1], [0.25, 1, 4], 0.5] },
        { name: "α = ¾", args: [[16, 81], [1, 16], 0.75] },
        { name: "α = 1", args: [[8, 2], [0.5, 4], 1] },
        { name: "a channel that is always 0", args: [[0, 9], [2, 4], 0.5] },
        { name: "a channel that no weight reads", args: [[9, 4], [0, 1], 0.5] },
      ] as { name: string; args: [number[], number[], number] }[],
    numbers(),
  ),
  solution: edged(plain),
  hints: [
    "s = max|X|^α / max|W|^(1−α), channel by channel.",
    "A power is x ** alpha.",
    "Where one of the two is 0, the fraction is 0 or ∞: return 1 there.",
  ],
  mistakes: [
    {
      answer: plain,
      hint: "That is the fraction. What does it give for a channel that is always 0, or that no weight reads?",
    },
    {
      answer: edged((X, W, alpha) => X.map((x, j) => (x / W[j]!) ** alpha)),
      hint: "That raises both to α. Whose power is 1 − α? With α = ½ there is no difference.",
    },
    {
      answer: edged((X, W, alpha) => X.map((x, j) => x ** (1 - alpha) / W[j]! ** alpha)),
      hint: "The powers have changed places: with α = 1 all of the difficulty goes to the weights.",
    },
    {
      answer: edged((X, W, alpha) => plain(X, W, alpha).map((s) => 1 / s)),
      hint: "Those are the factors of the activations. By s they are divided.",
    },
  ],
  remark:
    "Two numbers for each channel are all that SmoothQuant looks at: a minute's calibration, and no training.",
});

// The network of seed 1 loses 5.85 dB; 20 · log10(2) is 6.02.
const doubling = exercise({
  question:
    "A doubling's price: with outliers times 32 and times 64, not smoothed, by how many dB does the SQNR of the queries at W8A8 differ? Answer with the number of dB that are lost.",
  kind: number({ tolerance: 1 }),
  solution: 6,
  hints: [
    "Call measure with withOutliers(first, 64) too, and subtract.",
    "Twice as large a range has steps twice as large. What does that do to the rounding error?",
    "An error twice as large is 20 · log10(2) dB more.",
  ],
  mistakes: [
    {
      answer: -6,
      hint: "The size is right. The question asks how much is lost: a number above 0.",
    },
    {
      answer: 3,
      hint: "10 · log10(2) is for twice the energy. An error twice as large has four times the energy.",
    },
    { answer: 1, hint: "That is the loss in bits. What is a bit in dB?" },
    {
      answer: 12,
      hint: "That is two doublings: 128 against 32, or the energy's square counted twice.",
    },
  ],
  remark:
    "Each doubling of the outliers costs all other channels one bit, 6 dB: the step belongs to the largest channel.",
});

/** @internal */
export const lesson14: Exercise[] = [byPen, theFactors, doubling];
