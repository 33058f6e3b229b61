import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

// Target 0.35 between 0.25 and 0.5: 0.1 above the lower value, 0.15 below the upper one.
const byPen = exercise({
  question:
    "By pen: a weight's target is 0.35, the grid has the step s = 0.25. Answer with { upper, rate }: in which share of the steps is the weight at the upper of its two values, and how many times a step does its code change?",
  kind: record({ upper: number({ tolerance: 0.005 }), rate: number({ tolerance: 0.005 }) }),
  solution: { upper: 0.4, rate: 0.8 },
  hints: [
    "Between which two multiples of 0.25 does 0.35 lie? How far is it from each?",
    "The mean over the steps is the target: share · upper + (1 − share) · lower = 0.35.",
    "Each visit to the rarer value lasts one step and makes two changes.",
  ],
  mistakes: [
    {
      answer: { upper: 0.6, rate: 0.8 },
      hint: "The nearer value is the more frequent one. Which of the two is nearer to 0.35?",
    },
    {
      answer: { upper: 0.4, rate: 0.2 },
      hint: "A distance counts in steps of the grid: divide by s.",
    },
    {
      answer: { upper: 0.4, rate: 0.4 },
      hint: "A visit to the rarer value is two changes: there and back.",
    },
    {
      answer: { upper: 0.35, rate: 0.7 },
      hint: "This would be right on a grid of whole numbers. Here the two values are 0.25 and 0.5.",
    },
  ],
  remark:
    "The upper value has the share d↓/s = 0.1/0.25, so that the mean is 0.35; the rate is 2 · 0.1/0.25. The learning rate wasn't given, since it doesn't matter.",
});

/** How often a code changes in the direction opposite to that of its last change. */
function turns(codes: number[]): number {
  let direction = 0;
  let count = 0;
  codes.forEach((code, i) => {
    const turn = i === 0 ? 0 : Math.sign(code - codes[i - 1]!);
    if (turn === 0) return;
    if (turn === -direction) count++;
    direction = turn;
  });
  return count;
}

const changes = (codes: number[]) =>
  codes.filter((code, i) => i > 0 && code !== codes[i - 1]).length;

const countThem = exercise({
  question:
    "Count them: write the function (codes) => number, which says how often a weight oscillates: how often its code changes in the direction opposite to that of its last change. The codes are those of one weight, step by step.",
  kind: functionOf(
    () =>
      [
        { name: "a weight that flickers", args: [[0, 1, 0, 1, 0]] },
        { name: "a weight that stays a few steps on each code", args: [[0, 0, 1, 1, 1, 0, 0, 1]] },
        { name: "a weight that climbs", args: [[-2, -1, -1, 0, 1]] },
        { name: "a weight that climbs, then turns back once", args: [[0, 1, 2, 2, 1, 0]] },
        { name: "jumps of more than one code", args: [[0, 3, 1, 2, 2, -2]] },
        { name: "a weight at rest", args: [[2, 2, 2]] },
        { name: "a single step", args: [[1]] },
      ] as { name: string; args: [number[]] }[],
    number(),
  ),
  solution: turns,
  hints: [
    "Remember the direction of the last change, +1 or −1; before the first change it is 0.",
    "Steps without a change leave the remembered direction as it is.",
    "Math.sign(code - before) is the direction of a change, and 0 where there is none.",
  ],
  mistakes: [
    {
      answer: changes,
      hint: "That counts all changes. A weight that climbs from code to code changes too, and doesn't oscillate.",
    },
    {
      answer: (codes) =>
        codes.filter(
          (code, i) =>
            i > 1 && Math.sign(code - codes[i - 1]!) * Math.sign(codes[i - 1]! - codes[i - 2]!) < 0,
        ).length,
      hint: "The last change can be many steps ago: a weight may stay at a code before it turns back.",
    },
    {
      answer: (codes) => Math.max(0, changes(codes) - 1),
      hint: "The first change can't be an oscillation, right; but not each of the others is one either.",
    },
  ],
  remark:
    "This is what the tracker does after each step, for all weights at once. A pure flicker turns back at every change but the first.",
});

const fraction = (target: number, step: number) => target / step - Math.floor(target / step);

const justEnough = exercise({
  question:
    "Just enough: write the function (target, step) => number, which gives the smallest strength λ from which on dampening holds the toy's weight in one bin, on a grid of any step. The penalty is λ(ŵ − w)², the loss ½(q(w) − w*)².",
  kind: functionOf(
    () =>
      [
        { name: "target 0.2, step 1", args: [0.2, 1] },
        { name: "a target nearer to the value above", args: [0.7, 1] },
        { name: "a finer grid", args: [0.35, 0.25] },
        { name: "a negative target", args: [-1.3, 1] },
        { name: "a target on the grid", args: [1.5, 0.5] },
      ] as { name: string; args: [number, number] }[],
    number(),
  ),
  solution: (target, step) => Math.min(fraction(target, step), 1 - fraction(target, step)),
  hints: [
    "In a bin with the value ŵ the two forces are ŵ − w* and 2λ(w − ŵ). Where do they balance?",
    "The balance has to be inside the bin, which ends half a step from its value.",
    "There are two bins to come to rest in. Which of them needs less?",
  ],
  mistakes: [
    {
      answer: (target, step) => fraction(target, step),
      hint: "That is the strength for the bin below the target. The bin above may need less.",
    },
    {
      answer: (target, step) => step * Math.min(fraction(target, step), 1 - fraction(target, step)),
      hint: "That is the distance from the target to the nearer value. Strength has no unit: what is the pull at the edge of a bin?",
    },
    {
      answer: (target, step) => 2 * Math.min(fraction(target, step), 1 - fraction(target, step)),
      hint: "The edge of a bin is half a step from its value, and the gradient of a square has a 2.",
    },
  ],
  remark:
    "λ = min(d↓, d↑)/s. So a λ of ½ holds every weight of the toy, and one of 0.3 lets those go on whose target is near the middle between two values.",
});

/** @internal */
export const lesson09: Exercise[] = [byPen, countThem, justEnough];
