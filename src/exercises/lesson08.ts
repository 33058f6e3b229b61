import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

// v/s = 1.2, −0.4 and 2.8; the codes are 1, 0 and 1.
const byPen = exercise({
  question:
    "By pen: q.int(2) with the step s = 0.5 has the codes −2 to 1. The values are 0.6, −0.2 and 1.4, and each has the gradient dy = 1. What is the gradient for s, the sum over the three, by LSQ's rule and by PyTorch's? Answer with { lsq, pytorch }.",
  kind: record({ lsq: number({ tolerance: 0.005 }), pytorch: number({ tolerance: 0.005 }) }),
  solution: { lsq: 2.4, pytorch: 1.2 },
  hints: [
    "Divide the values by s first. Which of them lie above the largest code?",
    "LSQ asks whether v/s lies above the largest code, PyTorch whether the rounded v/s does.",
    "One of the three values is inside for both, one outside for both.",
  ],
  mistakes: [
    {
      answer: { lsq: 1.2, pytorch: 2.4 },
      hint: "The other way round: for PyTorch more values are inside, since it rounds before it compares.",
    },
    {
      answer: { lsq: 2.4, pytorch: 2.4 },
      hint: "One value is half a step or less above the largest code: there the two differ.",
    },
    {
      answer: { lsq: 2, pytorch: 2 },
      hint: "That is the sum of the codes, the exact derivative. Inside, LSQ subtracts v/s.",
    },
    {
      answer: { lsq: 1.6, pytorch: 2.8 },
      hint: "Inside, the derivative is the code minus v/s, not v/s minus the code.",
    },
  ],
  remark:
    "One value of three, 0.6, is between the end and half a step beyond it: there the slope is 1 for LSQ, and −0.2 for PyTorch.",
});

type LogGradient = (values: number[], dy: number[], s: number, bits: number) => number;

function slopes(s: number, bits: number) {
  const [lowest, highest] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
  return (v: number) => {
    const rounded = Math.floor(v / s + 0.5);
    const code = Math.min(highest, Math.max(lowest, rounded));
    const inside = v / s >= lowest && v / s <= highest;
    return { code, lsq: inside ? code - v / s : code, bySteps: rounded === code };
  };
}

const sum = (values: number[], of: (v: number, i: number) => number) =>
  values.reduce((all, v, i) => all + of(v, i), 0);

const logGradient: LogGradient = (values, dy, s, bits) => {
  const slope = slopes(s, bits);
  return s * sum(values, (v, i) => dy[i]! * slope(v).lsq);
};

const logarithm = exercise({
  question:
    "The logarithm: write the function (values, dy, s, bits) => number, LSQ's gradient for log s: the sum over the values, each with its own dy, for the codes of q.int(bits). (Halves are rounded up; the paper's factor 1/√(N · Q_P) is left out.)",
  kind: functionOf<[number[], number[], number, number], number>(
    () => [
      { name: "values inside, s = 1", args: [[0.2, -0.6, 1.3], [1, 1, 1], 1, 3] },
      { name: "another step", args: [[0.2, -0.6, 0.4], [1, 1, 1], 0.5, 3] },
      { name: "values outside", args: [[9, -9], [1, 0.5], 0.5, 3] },
      { name: "a value just above the end", args: [[1.6, 0.1], [1, -1], 0.5, 3] },
      { name: "gradients of both signs", args: [[0.3, 2, -3], [0.5, -1, 2], 0.25, 4] },
      { name: "no values", args: [[], [], 1, 2] },
    ],
    number(),
  ),
  solution: logGradient,
  hints: [
    "Start from the lesson's slope with the rule lsq, and add up dy times the slope.",
    "The chain rule: how does s change when its logarithm does?",
    "s is e to the power of log s, and is its own derivative.",
  ],
  mistakes: [
    {
      answer: (values, dy, s, bits) => {
        const slope = slopes(s, bits);
        return sum(values, (v, i) => dy[i]! * slope(v).lsq);
      },
      hint: "That is the gradient for s. What does the chain rule add for its logarithm?",
    },
    {
      answer: (values, dy, s, bits) => {
        const slope = slopes(s, bits);
        return sum(values, (v, i) => dy[i]! * slope(v).lsq) / s;
      },
      hint: "The derivative of s = exp(log s) for log s isn't 1/s: which is it?",
    },
    {
      answer: (values, dy, s, bits) => {
        const slope = slopes(s, bits);
        return s * sum(values, (v, i) => dy[i]! * slope(v).code);
      },
      hint: "That is the exact derivative, the code. LSQ subtracts v/s inside the range.",
    },
    {
      answer: (values, dy, s, bits) => {
        const slope = slopes(s, bits);
        return (
          s *
          sum(values, (v, i) => {
            const { code, bySteps } = slope(v);
            return dy[i]! * (bySteps ? code - v / s : code);
          })
        );
      },
      hint: "That is PyTorch's rule: LSQ compares v/s with the ends, not the rounded code.",
    },
  ],
  remark:
    "s times the gradient for s. A step of the logarithm is a relative step: the same for a scale of 0.01 and one of 100.",
});

/** The mean of |v| of a standard Gaussian. */
const meanAbsolute = Math.sqrt(2 / Math.PI);

const whereToStart = exercise({
  question:
    "Where to start? The paper starts at s = 2 · mean|v| / √Q_P, with the mean of |v| = √(2/π) for a standard Gaussian. For q.int(8) the least squared error is at the step 0.0308. How many times too wide is the paper's start? Answer to one digit behind the point.",
  kind: number({ tolerance: 0.06 }),
  solution: (2 * meanAbsolute) / Math.sqrt(127) / 0.0308,
  hints: [
    "Q_P is the largest code. Which is it for 8 bits with a sign?",
    "√(2/π) is about four fifths.",
  ],
  mistakes: [
    {
      answer: (2 * meanAbsolute) / Math.sqrt(255) / 0.0308,
      hint: "With a sign, half of the codes are below 0.",
    },
    {
      answer: meanAbsolute / Math.sqrt(127) / 0.0308,
      hint: "The formula has a factor in front of the mean.",
    },
    {
      answer: (2 * meanAbsolute) / 127 / 0.0308,
      hint: "The formula divides by the square root of the largest code.",
    },
  ],
  remark:
    "The right step shrinks nearly with the number of codes, the paper's start with its square root only: fair at 2 or 3 bits, far too wide at 8. The library starts from the calibrated range.",
});

/** @internal */
export const lesson08: Exercise[] = [byPen, logarithm, whereToStart];
