import { functionOf, number, record } from "./answers/index.js";
import { type Exercise, exercise } from "./exercise.js";

/** The batch normalization of one channel. */
interface Normalization {
  gamma: number;
  beta: number;
  mean: number;
  variance: number;
  epsilon: number;
}

const foldedBias = (b: number, { gamma, beta, mean, variance, epsilon }: Normalization) =>
  ((b - mean) * gamma) / Math.sqrt(variance + epsilon) + beta;

const foldBias = exercise({
  question:
    "Fold a bias: write the function (b, { gamma, beta, mean, variance, epsilon }) => number, which gives the bias of one channel after its batch normalization has been folded into the layer, whose bias was b.",
  kind: functionOf(
    () =>
      [
        {
          name: "a channel with a bias",
          args: [0.5, { gamma: 2, beta: 0.25, mean: 1.5, variance: 4, epsilon: 0.001 }],
        },
        {
          name: "a channel without a bias (b = 0)",
          args: [0, { gamma: 0.75, beta: -1, mean: -0.5, variance: 0.25, epsilon: 0.001 }],
        },
        {
          name: "a channel that hardly varies",
          args: [0.125, { gamma: 1.5, beta: 0.5, mean: 0, variance: 1e-6, epsilon: 0.001 }],
        },
        {
          name: "a channel with a negative gamma",
          args: [-1, { gamma: -0.5, beta: 0, mean: 2, variance: 1, epsilon: 0.01 }],
        },
      ] as { name: string; args: [number, Normalization] }[],
    number(),
  ),
  solution: foldedBias,
  hints: [
    "Batch normalization computes γ · (y − μ) / √(σ² + ε) + β, and here y = w·x + b. Collect what doesn't depend on x.",
    "The moving variance is σ² already; only its root belongs below the fraction.",
  ],
  mistakes: [
    {
      answer: (b, { gamma, beta, mean, variance }) =>
        ((b - mean) * gamma) / Math.sqrt(variance) + beta,
      hint: "What keeps the root away from 0 when a channel hardly varies?",
    },
    {
      answer: (b, { gamma, beta, mean, variance, epsilon }) =>
        b - (mean * gamma) / Math.sqrt(variance + epsilon) + beta,
      hint: "The layer's own bias goes through the normalization as well: it is scaled like the weights.",
    },
    {
      answer: (_, { gamma, beta, mean, variance, epsilon }) =>
        (-mean * gamma) / Math.sqrt(variance + epsilon) + beta,
      hint: "That is the folded bias of a layer without one, as in the lesson. Where does b go?",
    },
    {
      answer: (b, { gamma, beta, mean, variance, epsilon }) =>
        ((b - mean) * gamma) / (variance + epsilon) + beta,
      hint: "That divides by the variance. Normalizing divides by the standard deviation.",
    },
    {
      answer: (b, { gamma, beta, mean, variance, epsilon }) =>
        ((b - mean + beta) * gamma) / Math.sqrt(variance + epsilon),
      hint: "β is added last: nothing scales it.",
    },
    {
      answer: (b, { gamma, beta, mean, variance, epsilon }) =>
        ((b - mean) * gamma) / (Math.sqrt(variance) + epsilon) + beta,
      hint: "Is ε added to the variance or to its root?",
    },
  ],
  remark:
    "Folding takes a factor and a shift into a layer that has both anyway: the normalization costs nothing at inference.",
});

const oneChannel = exercise({
  question:
    "One channel: its largest absolute weight is 8 in the first layer and 0.5 in the second. By which factor f does equalization divide it in the first layer, and what is its size, the largest absolute weight, in both layers then? Answer with { f, size }.",
  kind: record({ f: number(), size: number() }),
  solution: { f: 4, size: 2 },
  hints: [
    "f = √(r₁·r₂) / r₂, with r₁ of the first layer and r₂ of the second.",
    "The first layer's weights are divided by f, the second's multiplied. Both must come out alike.",
  ],
  mistakes: [
    {
      answer: { f: 0.25, size: 2 },
      hint: "Dividing by that would make the first layer's weights larger still. Which r stands below the fraction?",
    },
    {
      answer: { f: 16, size: 0.5 },
      hint: "That is r₁ / r₂: it gives the first layer the size of the second, and the second that of the first.",
    },
    {
      answer: { f: 2, size: 4 },
      hint: "√(r₁·r₂) is the size at which both layers meet. Which factor leads there?",
    },
    {
      answer: { f: 4, size: 4.25 },
      hint: "The sizes meet at their geometric mean, for a factor divides here and multiplies there.",
    },
  ],
  remark: "The sizes meet at their geometric mean: one factor can't change their product, r₁·r₂.",
});

// Over the lesson's seeds: W8A8 80.8, 59.8, 41.2, 68.0 and 70.3 %; weights only 95.0, 90.0, 93.3, 93.5 and 94.3 %.
const scalePerChannel = exercise({
  question:
    "A scale for each channel: don't equalize, but give each output channel of a kernel a scale of its own (q.int(8, { per: \"channel\" }), minmax). Which mean test accuracy, in percent, do the rescaled networks of the lesson's five seeds reach at W8A8, and which with the activations in float? Answer with { W8A8, W8 }.",
  kind: record({ W8A8: number({ tolerance: 15 }), W8: number({ tolerance: 4 }) }),
  solution: { W8A8: 64, W8: 93 },
  hints: [
    "Train and rescale as in the experiment over several seeds, and quantize without techniques.",
    "A scheme without activations leaves them in float: q.scheme({ weights }).",
    "Average over all five seeds: they differ by tens of points.",
  ],
  mistakes: [
    {
      answer: { W8A8: 0.64, W8: 0.93 },
      hint: "Both are asked for in percent.",
    },
    {
      answer: { W8A8: 14, W8: 16.5 },
      hint: "That is the accuracy with one scale for each kernel. Does the scheme set per?",
    },
    {
      answer: { W8A8: 93, W8: 64 },
      hint: "Which of the two rounds less? Its accuracy can't be far below the other's.",
    },
    {
      answer: { W8A8: 97, W8: 97 },
      hint: "That is the float accuracy, or that of equalized networks. Are the networks rescaled, and is the list of techniques empty?",
    },
  ],
  remark:
    "A kernel with a scale for each output channel still rounds all of its input channels by the same scale, and the activations still have one scale for all channels. Equalization mends both.",
});

/** @internal */
export const lesson04: Exercise[] = [foldBias, oneChannel, scalePerChannel];
