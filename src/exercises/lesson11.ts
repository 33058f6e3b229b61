import { mean } from "d3-array";
import { rankCorrelation } from "../statistics/index.js";
import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const byPen = exercise({
  question:
    "By pen: layer A has 100 weights, layer B has 400. Rounding A alone raises the loss by 0.9 at 2 bits, 0.5 at 4, 0 at 8; rounding B alone by 0.4 at 2 bits, 0.1 at 4, 0 at 8. Which widths have the least sum in 250 bytes? Answer with { A, B }, in bits.",
  kind: record({ A: number(), B: number() }),
  solution: { A: 8, B: 2 },
  hints: [
    "Eight bits are a byte: how many bytes does each width of each layer take?",
    "There are nine pairs. Strike out those that take more than the budget, and add up the increases of the others.",
  ],
  mistakes: [
    {
      answer: { A: 4, B: 4 },
      hint: "That fits, to the byte. Does another pair that fits have a smaller sum? The budget needn't be used up.",
    },
    { answer: { A: 8, B: 4 }, hint: "How many bytes do these widths take together?" },
    {
      answer: { A: 8, B: 8 },
      hint: "That raises the loss by nothing. Does it fit into the budget?",
    },
    {
      answer: { A: 2, B: 4 },
      hint: "The larger layer got the bits. Which layer suffers more from few of them?",
    },
  ],
  remark:
    "The small, sensitive layer gets many bits, which cost little there; the large one pays for them.",
});

const lists = (): { name: string; args: [number[], number[]] }[] => [
  {
    name: "lists without ties",
    args: [
      [1, 2, 3, 4],
      [10, 20, 40, 30],
    ],
  },
  {
    name: "lists of large and of negative values",
    args: [
      [-5, 700, 2.5, 1000, -0.1],
      [3, -1e6, 8, 12, 11],
    ],
  },
  {
    name: "lists in which values are equal",
    args: [
      [2, 2, 3, 8, 8, 8],
      [0.4, 0.1, 0.1, 0, 0.3, 0],
    ],
  },
];

const values = (x: number[], of: (value: number, sorted: number[]) => number) => {
  const sorted = [...x].sort((a, b) => a - b);
  return x.map((value) => of(value, sorted));
};
const lowest = (x: number[]) => values(x, (value, sorted) => sorted.indexOf(value));
const middle = (x: number[]) =>
  values(x, (value, sorted) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);

/** The lesson's formula, which is right without ties only. */
function formula(a: number[], b: number[]): number {
  const squares = a.reduce((sum, rank, i) => sum + (rank - b[i]!) ** 2, 0);
  return 1 - (6 * squares) / (a.length * (a.length ** 2 - 1));
}

function pearson(x: number[], y: number[]): number {
  const [a, b] = [x, y].map((list) => list.map((value) => value - mean(list)!)) as [
    number[],
    number[],
  ];
  const dot = (p: number[], q: number[]) => p.reduce((sum, value, i) => sum + value * q[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const ties = exercise({
  question:
    "Ties: write the function (x, y) => number, Spearman's rank correlation of two lists of numbers in which values can be equal. Equal values share the mean of their ranks, and ρ is Pearson's correlation of the ranks.",
  kind: functionOf(lists, number()),
  solution: (x: number[], y: number[]) => rankCorrelation(x, y),
  hints: [
    "In sorted order, equal values stand side by side: the first of their places and the last one have the mean rank in the middle.",
    "Pearson's correlation: take the mean off both lists of ranks; then Σab / √(Σa² · Σb²).",
  ],
  mistakes: [
    {
      answer: (x: number[], y: number[]) => pearson(x, y),
      hint: "That is the correlation of the values. Which ranks do the values have?",
    },
    {
      answer: (x: number[], y: number[]) => formula(lowest(x), lowest(y)),
      hint: "That is the lesson's function, for lists without ties: equal values all get the lowest of their ranks.",
    },
    {
      answer: (x: number[], y: number[]) => pearson(lowest(x), lowest(y)),
      hint: "indexOf finds the first of several equal values. Where is the last one?",
    },
    {
      answer: (x: number[], y: number[]) => formula(middle(x), middle(y)),
      hint: "The ranks are right. The formula with 6 Σd² holds without ties only: what does it come from?",
    },
  ],
  remark:
    "Sizes tie often, since several assignments take the same bytes: the lesson's ρ for size needs this form.",
});

// Five networks: 0.767 on average, with the interval 0.710 to 0.824.
const withoutRunning = exercise({
  question:
    "Without running the network: take the squared rounding error Σ(ŵ − w)² of each kernel at each width as its score, instead of the increase of the loss. What is the rank correlation of its sum with the measured loss of the 256 assignments, on average over the lesson's networks? Answer with a number.",
  kind: number({ tolerance: 0.065 }),
  solution: 0.767,
  hints: [
    "q.analysis.assignments takes scores of your own: { conv: { 2: …, 3: …, 4: …, 8: … }, depthwise: … }, and a scheme with them.",
    "Round the network with q.quantize at each width, and compare its kernels with those of q.foldBatchNorm(network).",
    "Each network has its ρ; the answer is their mean.",
  ],
  mistakes: [
    {
      answer: 0.95,
      hint: "That is what the increases of the loss reach, and they need the network to run.",
    },
    {
      answer: -0.767,
      hint: "A larger error should mean a larger loss. Which of the two lists has its sign turned?",
    },
    {
      answer: 0.837,
      hint: "Did you divide by the kernel's own squares? That is a better score, but not the one that is asked for.",
    },
  ],
  remark:
    "The same error of the weights raises the loss more in some layers than in others. Measuring the loss 16 times, once for each kernel and width, finds out in which.",
});

/** @internal */
export const lesson11: Exercise[] = [byPen, ties, withoutRunning];
