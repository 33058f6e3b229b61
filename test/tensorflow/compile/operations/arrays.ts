import * as q from "../../../../src/index.js";
import { numbers } from "../numbers.js";
import { gradient, type Operation } from "./operation.js";

const { tf } = q;

const x = () => numbers([3, 4]);
const y = () => numbers([3, 4], 2);
const integers = () => tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], "int32");

/** Ops that put tensors together, take them apart, or multiply matrices. */
export const arrayOperations: Operation[] = [
  [
    "bincount",
    (x, w) => tf.bincount(x.flatten() as never, w as never, 7),
    () => [integers(), numbers([6])],
  ],
  ["broadcastTo", (x) => tf.broadcastTo(x.slice([0, 0], [1, 4]), [3, 4]), () => [x()]],
  ["concat", (a, b) => tf.concat([a, b], 1), () => [x(), y()]],
  ["grad of concat", gradient((a, b) => tf.concat([a, b], 1)), () => [x(), y()]],
  [
    "cumsum, cumprod",
    (x) => [tf.cumsum(x, 1), tf.cumsum(x, 0, true, true), tf.cumprod(x, 1)],
    () => [x()],
  ],
  ["grad of cumsum", gradient((x) => tf.cumsum(x, 1)), () => [x()]],
  ["diag", (x) => tf.diag(x.flatten() as never), () => [x()]],
  ["einsum", (a, b) => tf.einsum("ij,kj->ik", a, b), () => [x(), y()]],
  ["expandDims", (x) => tf.expandDims(x, 1), () => [x()]],
  ["grad of expandDims", gradient((x) => tf.expandDims(x, 1)), () => [x()]],
  [
    "eye, fill, linspace, range, ones",
    (x) => [
      tf.eye(3),
      tf.fill([2], 3),
      tf.linspace(0, 1, 5),
      tf.range(0, 5, 2),
      x.add(tf.ones([3, 4])),
    ],
    () => [x()],
  ],
  ["gather", (x, i) => tf.gather(x, i as never, 0), () => [x(), tf.tensor1d([2, 0, 0], "int32")]],
  [
    "grad of gather",
    gradient((x, i) => tf.gather(x, i as never, 0)),
    () => [x(), tf.tensor1d([2, 0, 0], "int32")],
  ],
  [
    "gatherND",
    (x, i) => tf.gatherND(x, i),
    () => [
      x(),
      tf.tensor2d(
        [
          [0, 1],
          [2, 2],
        ],
        undefined,
        "int32",
      ),
    ],
  ],
  [
    "identity, reshape, squeeze",
    (x) => [x.clone(), x.reshape([4, 3]), x.reshape([1, 12]).squeeze()],
    () => [x()],
  ],
  [
    "matMul",
    (a, b) => [tf.matMul(a, b, false, true), tf.matMul(a, b, true, false)],
    () => [x(), y()],
  ],
  ["grad of matMul", gradient((a, b) => tf.matMul(a, b, false, true)), () => [x(), y()]],
  [
    "batched matMul",
    gradient((a, b) => tf.matMul(a, b, false, true)),
    () => [numbers([2, 3, 4]), numbers([2, 5, 4], 2)],
  ],
  [
    "fused matMul",
    (a, b, c) => tf.fused.matMul({ a, b, transposeB: true, bias: c, activation: "relu" }),
    () => [x(), y(), numbers([3])],
  ],
  [
    "grad of fused matMul",
    gradient((a, b, c) => tf.fused.matMul({ a, b, transposeB: true, bias: c, activation: "relu" })),
    () => [x(), y(), numbers([3])],
  ],
  [
    "mirrorPad, pad",
    (x) => [
      tf.mirrorPad(
        x,
        [
          [1, 1],
          [2, 0],
        ],
        "reflect",
      ),
      tf.pad(
        x,
        [
          [1, 1],
          [2, 0],
        ],
        3,
      ),
    ],
    () => [x()],
  ],
  [
    "grad of pad",
    gradient((x) =>
      tf.pad(x, [
        [1, 1],
        [2, 0],
      ]),
    ),
    () => [x()],
  ],
  [
    "moments",
    (x) => {
      const { mean, variance } = tf.moments(x, 0);
      return [mean, variance];
    },
    () => [x()],
  ],
  ["norm", (x) => [tf.norm(x), tf.norm(x, 1, 1), tf.norm(x, "fro", [0, 1])], () => [x()]],
  ["grad of norm", gradient((x) => tf.norm(x)), () => [x()]],
  ["oneHot", (x) => tf.oneHot(x.flatten().toInt(), 7), () => [integers()]],
  ["outerProduct, dot", (x) => [tf.outerProduct(x, x), tf.dot(x, x)], () => [numbers([4])]],
  ["reverse", (x) => tf.reverse(x, 1), () => [x()]],
  ["grad of reverse", gradient((x) => tf.reverse(x, 1)), () => [x()]],
  [
    "scatterND",
    (i, u) => tf.scatterND(i, u, [5]),
    () => [tf.tensor2d([[1], [4]], undefined, "int32"), numbers([2])],
  ],
  [
    "tensorScatterUpdate",
    (x, i, u) => tf.tensorScatterUpdate(x, i, u),
    () => [numbers([5]), tf.tensor2d([[1], [4]], undefined, "int32"), numbers([2], 2)],
  ],
  [
    "sparseToDense",
    (i, u) => tf.sparseToDense(i, u, [5], tf.scalar(0)),
    () => [tf.tensor1d([1, 4], "int32"), numbers([2])],
  ],
  ["slice", (x) => tf.slice(x, [1, 0], [2, 3]), () => [x()]],
  ["grad of slice", gradient((x) => tf.slice(x, [1, 0], [2, 3])), () => [x()]],
  ["split", (x) => tf.split(x, [1, 3], 1), () => [x()]],
  ["grad of split", gradient((x) => tf.split(x, 2, 1)[0]!), () => [x()]],
  ["stack, unstack", (a, b) => [tf.stack([a, b], 1), ...tf.unstack(a, 1)], () => [x(), y()]],
  ["grad of stack", gradient((a, b) => tf.stack([a, b], 1)), () => [x(), y()]],
  ["grad of unstack", gradient((a) => tf.addN(tf.unstack(a, 1))), () => [x()]],
  ["stridedSlice", (x) => tf.stridedSlice(x, [0, 1], [3, 4], [2, 2]), () => [x()]],
  ["tile", (x) => tf.tile(x, [2, 1]), () => [x()]],
  ["grad of tile", gradient((x) => tf.tile(x, [2, 1])), () => [x()]],
  [
    "topk",
    (x) => {
      const { values, indices } = tf.topk(x, 2);
      return [values, indices];
    },
    () => [x()],
  ],
  ["transpose", (x) => tf.transpose(x), () => [x()]],
  ["grad of transpose", gradient((x) => tf.transpose(x, [1, 0])), () => [x()]],
  [
    "unsortedSegmentSum",
    (x, i) => tf.unsortedSegmentSum(x, i as never, 3),
    () => [x(), tf.tensor1d([2, 0, 0], "int32")],
  ],
  [
    "grad of unsortedSegmentSum",
    gradient((x, i) => tf.unsortedSegmentSum(x, i as never, 3)),
    () => [x(), tf.tensor1d([2, 0, 0], "int32")],
  ],
  [
    "complex, real, imag, fft, ifft, abs of complex",
    (a, b) => {
      const c = tf.complex(a, b);
      return [tf.real(c), tf.imag(c), tf.abs(c), tf.real(tf.fft(c)), tf.imag(tf.ifft(c))];
    },
    () => [x(), y()],
  ],
  ["rfft, irfft", (a) => tf.irfft(tf.rfft(a)), () => [numbers([2, 8])]],
];
