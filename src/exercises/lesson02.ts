import { functionOf, number, numbers } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

const longerTails = exercise({
  question:
    "Longer tails: values have a Laplace distribution with standard deviation 1, p(x) = exp(−√2·|x|) / √2. To which threshold α should the values of q.int(3) reach (α is 4 steps), so that the mean squared error is least? Answer in standard deviations.",
  kind: number({ tolerance: 0.15 }),
  solution: 3.03,
  hints: [
    "The lesson's function errors(values, density) takes any density: compute the Laplace density at all of xs.",
    "Compute the total error of grid(3, alpha / 4) for many thresholds, and look where it is least.",
    "Tails that are longer than a Gaussian's make clipping more costly: the threshold must be larger.",
  ],
  mistakes: [
    {
      answer: 2.407,
      hint: "That is the Gaussian's threshold. Which density went into errors?",
    },
    {
      answer: 3.03 / 4,
      hint: "That is the step. The grid has four of them below 0.",
    },
    {
      answer: 3.03 * Math.SQRT2,
      hint: "That fits exp(−|x|) / 2, whose standard deviation isn't 1.",
    },
  ],
  remark:
    "More than half a standard deviation further than for a Gaussian: longer tails want a wider range, and leave a coarser step.",
});

const freeSpacing = exercise({
  question:
    "What does free spacing bring? At 3 bits on a Gaussian, by how many dB is the mean squared error of Lloyd–Max less than that of the best mid-rise grid? Answer to two digits behind the point.",
  kind: number({ tolerance: 0.01 }),
  solution: 0.35,
  hints: [
    "Both errors stand in the lesson's table.",
    "Decibels are ten times the logarithm, to the base 10, of a ratio of squares.",
  ],
  mistakes: [
    {
      answer: 0.7,
      hint: "A factor of 20 belongs to amplitudes. The errors are squared already.",
    },
    {
      answer: -0.35,
      hint: "Mind the sign: the question is how much less. Which of the two errors goes on top?",
    },
    { answer: 0.0029, hint: "That is the difference of the errors. Decibels compare by a ratio." },
    { answer: 1.084, hint: "That is the ratio itself. What is it in decibels?" },
  ],
  remark:
    "A third of a decibel; another bit would bring six. Even spacing, which needs no table, is hard to beat on a Gaussian.",
});

type Step = (values: number[], samples: number[]) => number[];

/** One iteration of k-means; `update` makes the new value of a cell from its samples and its old value. */
const stepWith =
  (update: (cell: number[], value: number) => number): Step =>
  (values, samples) => {
    const cells: number[][] = values.map(() => []);
    for (const sample of samples) {
      const distances = values.map((value) => Math.abs(sample - value));
      cells[distances.indexOf(Math.min(...distances))]!.push(sample);
    }
    return cells.map((cell, k) => update(cell, values[k]!));
  };
const sum = (cell: number[]) => cell.reduce((total, sample) => total + sample, 0);
const mean = (cell: number[]) => sum(cell) / cell.length;

const onData = exercise({
  question:
    "Lloyd's iteration on data: write the function (values, samples) => number[], one step of k-means. Each sample goes to its nearest value; each value becomes the mean of its samples. A value that gets no sample stays where it is.",
  kind: functionOf(
    () =>
      [
        {
          name: "two groups",
          args: [
            [0, 10],
            [1, 2, 6, 9, 11, 13],
          ],
        },
        {
          name: "values that aren't evenly spaced",
          args: [
            [-1, 0, 5],
            [-3, -1, 1, 1.5, 2, 2.4, 4, 9],
          ],
        },
        { name: "a single value", args: [[3], [1, 2, 6]] },
        {
          name: "a value without samples",
          args: [
            [0, 5, 100],
            [1, 4, 6, 7, -4],
          ],
        },
      ] as { name: string; args: Parameters<Step> }[],
    numbers(),
  ),
  solution: stepWith((cell, value) => (cell.length > 0 ? mean(cell) : value)),
  hints: [
    "Collect the samples of each value first, in a list of lists.",
    "The nearest value has the least |sample − value|.",
    "What is the mean of no samples? Such a value keeps its place.",
  ],
  mistakes: [
    {
      answer: stepWith((cell) => (cell.length > 0 ? mean(cell) : 0)),
      hint: "A value without samples doesn't become 0: where was it before?",
    },
    {
      answer: stepWith((cell) => mean(cell)),
      hint: "0 / 0 is NaN, and a value that is NaN never comes back.",
    },
    {
      answer: stepWith((cell, value) =>
        cell.length > 0 ? cell.toSorted((a, b) => a - b)[Math.floor(cell.length / 2)]! : value,
      ),
      hint: "The median makes the sum of distances least. Which makes their squares least?",
    },
    {
      answer: stepWith((cell, value) => (cell.length > 0 ? (value + mean(cell)) / 2 : value)),
      hint: "The value moves all the way to the mean, not half of it.",
    },
  ],
  remark:
    "Each half of the step can only lower the error, so the iteration ends. Where it ends depends on the first values and on what is done with a value that has no samples.",
});

/** @internal */
export const lesson02: Exercise[] = [longerTails, freeSpacing, onData];
