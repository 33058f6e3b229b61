import * as q from "../../../../src/index.js";
import { numbers } from "../numbers.js";
import { type Fn, gradient, type Operation } from "./operation.js";

const { tf } = q;

const x = () => numbers([3, 4]);
const y = () => numbers([3, 4], 2);
const positive = () => numbers([3, 4], 3, 0.1, 2);
const integers = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], "int32");
const truths = () => tf.tensor1d([1, 0, 1], "bool");

const unary = [
  "abs acos asin atan atanh ceil cos cosh elu erf exp expm1 floor isFinite isInf isNaN",
  "leakyRelu logSigmoid neg onesLike relu relu6 round selu sigmoid sign sin sinh softmax",
  "logSoftmax softplus square step tan tanh zerosLike asinh",
]
  .join(" ")
  .split(" ");
const binary = [
  "add sub mul div maximum minimum squaredDifference atan2 equal notEqual greater greaterEqual",
  "less lessEqual floorDiv mod divNoNan",
]
  .join(" ")
  .split(" ");
const reductions = "sum mean max min prod argMax argMin logSumExp".split(" ");
const differentiable = unary.filter((name) => !/is(Finite|Inf|NaN)|Like/.test(name));

const call = (name: string) => (tf as unknown as Record<string, Fn>)[name]!;
/** Ops on each element, and reductions. */
export const elementwiseOperations: Operation[] = [
  ...unary.map((name): Operation => [name, (x) => call(name)(x), () => [x()]]),
  ...["acosh", "log", "log1p", "reciprocal", "rsqrt", "sqrt"].map(
    (name): Operation => [name, (x) => call(name)(x), () => [positive().add(1)]],
  ),
  ...differentiable.map(
    (name): Operation => [`grad of ${name}`, gradient(call(name)), () => [x()]],
  ),
  ...binary.map((name): Operation => [name, (a, b) => call(name)(a, b), () => [x(), y()]]),
  ...binary
    .slice(0, 8)
    .map((name): Operation => [`grad of ${name}`, gradient(call(name)), () => [x(), y()]]),
  ...reductions.map((name): Operation => [name, (x) => call(name)(x, 1), () => [x()]]),
  ...["sum", "mean", "max", "min", "prod", "logSumExp"].map(
    (name): Operation => [`grad of ${name}`, gradient((x) => call(name)(x, 1)), () => [x()]],
  ),
  ["abs of integers", (x) => tf.abs(x), () => [integers()]],
  ["add of integers", (x) => tf.add(x, x), () => [integers()]],
  ["sum of integers", (x) => x.sum(), () => [integers()]],
  ["floorDiv of integers", (x) => tf.floorDiv(x, tf.scalar(2, "int32")), () => [integers()]],
  ["div of integers", (x) => tf.div(x, tf.scalar(2, "int32")), () => [integers()]],
  ["expandDims of integers", (x) => tf.expandDims(x, 1), () => [integers()]],
  ["expandDims of truths", (x) => tf.expandDims(x, 1), () => [truths()]],
  ["pow", (a, b) => tf.pow(a, b), () => [positive(), y()]],
  ["grad of pow", gradient((a, b) => tf.pow(a, b)), () => [positive(), y()]],
  ["prelu", (a, b) => tf.prelu(a, b), () => [x(), y()]],
  ["grad of prelu", gradient((a, b) => tf.prelu(a, b)), () => [x(), y()]],
  ["addN", (a, b) => tf.addN([a, b, a]), () => [x(), y()]],
  ["all", (x) => tf.all(x), () => [truths()]],
  ["any", (x) => tf.any(x), () => [truths()]],
  [
    "logicalAnd, Or, Not, Xor",
    (a) => [tf.logicalAnd(a, tf.logicalNot(a)), tf.logicalOr(a, a), tf.logicalXor(a, a)],
    () => [truths()],
  ],
  [
    "cast",
    (x) => [x.toInt(), x.toBool(), x.toInt().toFloat(), x.toBool().toInt()],
    () => [x().mul(5)],
  ],
  ["where", (c, a, b) => tf.where(c, a, b), () => [x().greater(0), x(), y()]],
  ["grad of where", gradient((a, b, c) => tf.where(c, a, b)), () => [x(), y(), y().greater(0)]],
  ["clipByValue", (x) => tf.clipByValue(x, -0.5, 0.5), () => [x()]],
  ["grad of clipByValue", gradient((x) => tf.clipByValue(x, -0.5, 0.5)), () => [x()]],
  [
    "dropout's parts: an argument as the mask",
    (x, m) => x.mul(m.greater(0)).div(0.5),
    () => [x(), y()],
  ],
  ["fakeQuantize", (x) => q.fakeQuantize(x, q.int(4), { min: -1, max: 1 }), () => [x()]],
  [
    "grad of fakeQuantize",
    gradient((x) => q.fakeQuantize(x, q.int(4), { min: -1, max: 1 })),
    () => [x()],
  ],
  [
    "second gradient",
    (x) =>
      tf.grad((x) =>
        tf
          .grad((x) => x.pow(3).sum())(x)
          .square()
          .sum(),
      )(x),
    () => [x()],
  ],
];
