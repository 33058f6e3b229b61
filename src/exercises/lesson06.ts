import { deviation, mean } from "d3-array";
import { choice, functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

// Means over the lesson's five seeds, with its epochs: PTQ W2A8 45.6 %, W8A2 85.6 %; QAT 91.2 % and
// 92.3 %. One seed's difference lies between 28 and 56 points before training, −1 and 3 after it.
const weightsOrActivations = exercise({
  question:
    'Weights or activations? Measure W2A8 and W8A2 as the lesson does (PTQ with mse per channel, QAT). Answer with { worse, ptq, qat }: which of the two is worse after PTQ, "W2A8" or "W8A2", and by how many points of test accuracy it is worse on average, after PTQ and after QAT.',
  kind: record({
    worse: choice("W2A8", "W8A2"),
    ptq: number({ tolerance: 18 }),
    qat: number({ tolerance: 5 }),
  }),
  solution: { worse: "W2A8", ptq: 40, qat: 1 },
  hints: [
    "Add W2A8: [2, 8] and W8A2: [8, 2] to settings, then run the cells of the experiment again.",
    'mean(of("W2A8"), (row) => row.mse) is a mean in percent; a difference of percentages is in points.',
    "Both differences are those of the same pair in the same order: the better one minus the worse one.",
  ],
  mistakes: [
    {
      answer: { worse: "W8A2", ptq: 40, qat: 1 },
      hint: "The first number is the bits of the weights. Which of the two keeps fine activations?",
    },
    {
      answer: { worse: "W2A8", ptq: 0.4, qat: 0.01 },
      hint: "Points are hundredths: a test accuracy of 0.9 is 90 %.",
    },
    {
      answer: { worse: "W2A8", ptq: 40, qat: 40 },
      hint: "Both were trained for 15 epochs: the second number compares them after that training.",
    },
  ],
  remark:
    "Two bits for the weights break a small network far more than two bits for the activations; training closes nearly all of that gap. Whether a point is left, these seeds don't show.",
});

// Over five seeds: PTQ 87.3 %; 92.5 % after 1 epoch, 93.1 after 2, 93.7 after 4, 94.4 after 8, 94.9 after 15.
const fewEpochs = exercise({
  question:
    "How few epochs? Train the prepared W3A3 network for 1, 2, 4 and 8 epochs, over the lesson's seeds. Which share of the mean gain over PTQ after 15 epochs is there after the first epoch? Answer with a number from 0 to 1.",
  kind: number({ tolerance: 0.25 }),
  solution: 0.69,
  hints: [
    "The gain is accuracy after training minus accuracy before, PTQ. What share of the gain after 15 epochs is there after 1?",
    "Prepare the network anew for each number of epochs: a longer training isn't the shorter one again.",
    "Average the gains over the seeds first, then divide: a single seed's share jumps about.",
  ],
  mistakes: [
    { answer: 69, hint: "A share runs from 0 to 1: divide percent by 100." },
    {
      answer: 0.975,
      hint: "That looks like the share of the accuracy. How much of it was there before the training?",
    },
    { answer: 0.31, hint: "That is the share which the later epochs bring." },
  ],
  remark:
    "Most of the recovery comes at once: the first epoch finds weights that survive the rounding, the rest polishes.",
});

const standardError = (values: number[]) => deviation(values)! / Math.sqrt(values.length);
const unpaired = (ptq: number[], qat: number[]) =>
  Math.hypot(standardError(ptq), standardError(qat));

const wrongWay = exercise({
  question:
    "A wrong way to count: write the function (ptq, qat) => number, which takes the accuracies of unpaired runs, one for each run, and gives the standard error of the gain: the standard errors of both means, added in squares.",
  kind: functionOf(
    () =>
      [
        {
          name: "five runs of each",
          args: [
            [81, 83, 90, 90, 89],
            [94, 94, 95, 96, 95],
          ],
        },
        {
          name: "other runs of each",
          args: [
            [10.5, 12.25, 61],
            [80.5, 79.75, 84],
          ],
        },
        {
          name: "two runs of each",
          args: [
            [70, 74],
            [92, 93],
          ],
        },
        {
          name: "runs in another order",
          args: [
            [90, 81, 89, 83, 90],
            [94, 94, 95, 96, 95],
          ],
        },
        {
          name: "runs that are all alike",
          args: [
            [80, 80, 80],
            [90, 90, 90],
          ],
        },
        {
          name: "more runs of one than of the other",
          args: [
            [70, 74, 78, 71],
            [92, 93],
          ],
        },
      ] as { name: string; args: [number[], number[]] }[],
    number(),
  ),
  solution: unpaired,
  hints: [
    "The standard error of a mean is s / √n, with the standard deviation s of its n values.",
    "s² is the sum of (value − mean)² over n − 1, since the mean comes from the same values.",
    "Unpaired runs needn't be as many of each: each side has its own n.",
  ],
  mistakes: [
    {
      answer: (ptq, qat) => standardError(ptq.map((value, i) => qat[i]! - value)),
      hint: "That is the paired way, which the lesson takes: it takes the differences first. Here each side is taken for itself.",
    },
    {
      answer: (ptq, qat) => standardError(ptq) + standardError(qat),
      hint: "Independent errors add in squares: √(a² + b²).",
    },
    {
      answer: (ptq, qat) => Math.hypot(deviation(ptq)!, deviation(qat)!),
      hint: "That is the spread of single runs. Means of n runs spread less.",
    },
    {
      answer: (ptq, qat) => standardError(ptq) ** 2 + standardError(qat) ** 2,
      hint: "That is the variance, in squared points. What is its root?",
    },
    {
      answer: (ptq, qat) => Math.hypot(biased(ptq), biased(qat)),
      hint: "Over how many values is the sum of squares divided? The mean was found from the same values.",
    },
  ],
  remark:
    "Pairing cancels what the two runs of a seed share, their trained network. Its interval is right whether that is much or little; the unpaired one is right only where nothing is shared.",
});

/** A standard error that divides by n where n − 1 is right. */
function biased(values: number[]): number {
  const centre = mean(values)!;
  const sum = values.reduce((total, value) => total + (value - centre) ** 2, 0);
  return Math.sqrt(sum) / values.length;
}

/** @internal */
export const lesson06: Exercise[] = [weightsOrActivations, fewEpochs, wrongWay];
