import * as q from "../../../../src/index.js";
import { numbers } from "../numbers.js";
import { gradient, type Operation } from "./operation.js";

const { tf } = q;

const image = () => numbers([2, 6, 6, 3]);
const volume = () => numbers([1, 4, 4, 4, 2]);

/** Convolutions, pools, normalization, and images. */
export const imageOperations: Operation[] = [
  ["avgPool", (x) => tf.avgPool(x, 2, 2, "same"), () => [image()]],
  ["grad of avgPool", gradient((x) => tf.avgPool(x, 3, 2, "same")), () => [image()]],
  ["maxPool", (x) => tf.maxPool(x, 2, 2, "valid"), () => [image()]],
  ["grad of maxPool", gradient((x) => tf.maxPool(x, 3, 2, "same")), () => [image()]],
  [
    "avgPool3d, maxPool3d",
    (x) => [tf.avgPool3d(x, 2, 2, "same"), tf.maxPool3d(x, 2, 2, "same")],
    () => [volume()],
  ],
  ["grad of avgPool3d", gradient((x) => tf.avgPool3d(x, 2, 2, "same")), () => [volume()]],
  ["grad of maxPool3d", gradient((x) => tf.maxPool3d(x, 2, 2, "same")), () => [volume()]],
  ["conv2d", (x, w) => tf.conv2d(x, w, 2, "same"), () => [image(), numbers([3, 3, 3, 4], 2)]],
  [
    "grad of conv2d",
    gradient((x, w) => tf.conv2d(x, w, 2, "same")),
    () => [image(), numbers([3, 3, 3, 4], 2)],
  ],
  [
    "grad of conv2d by its filter",
    gradient((w, x) => tf.conv2d(x, w, 2, "same")),
    () => [numbers([3, 3, 3, 4], 2), image()],
  ],
  [
    "fused conv2d",
    (x, w, b) =>
      tf.fused.conv2d({ x, filter: w, strides: 1, pad: "same", bias: b, activation: "relu" }),
    () => [image(), numbers([3, 3, 3, 4], 2), numbers([4])],
  ],
  [
    "conv2dTranspose",
    (x, w) => tf.conv2dTranspose(x, w, [2, 12, 12, 4], 2, "same"),
    () => [image(), numbers([3, 3, 4, 3], 2)],
  ],
  [
    "conv1d",
    (x, w) => tf.conv1d(x, w, 1, "same"),
    () => [numbers([2, 8, 3]), numbers([3, 3, 4], 2)],
  ],
  [
    "depthwiseConv2d",
    (x, w) => tf.depthwiseConv2d(x, w, 1, "same"),
    () => [image(), numbers([3, 3, 3, 2], 2)],
  ],
  [
    "grad of depthwiseConv2d",
    gradient((x, w) => tf.depthwiseConv2d(x, w, 1, "same")),
    () => [image(), numbers([3, 3, 3, 2], 2)],
  ],
  [
    "grad of depthwiseConv2d by its filter",
    gradient((w, x) => tf.depthwiseConv2d(x, w, 1, "same")),
    () => [numbers([3, 3, 3, 2], 2), image()],
  ],
  [
    "fused depthwiseConv2d",
    (x, w, b) =>
      tf.fused.depthwiseConv2d({
        x,
        filter: w,
        strides: 1,
        pad: "same",
        bias: b,
        activation: "relu6",
      }),
    () => [image(), numbers([3, 3, 3, 1], 2), numbers([3])],
  ],
  [
    "separableConv2d",
    (x, d, p) => tf.separableConv2d(x, d, p, 1, "same"),
    () => [image(), numbers([3, 3, 3, 1], 2), numbers([1, 1, 3, 4], 3)],
  ],
  ["conv3d", (x, w) => tf.conv3d(x, w, 1, "same"), () => [volume(), numbers([2, 2, 2, 2, 3], 2)]],
  [
    "grad of conv3d",
    gradient((x, w) => tf.conv3d(x, w, 1, "same")),
    () => [volume(), numbers([2, 2, 2, 2, 3], 2)],
  ],
  [
    "grad of conv3d by its filter",
    gradient((w, x) => tf.conv3d(x, w, 1, "same")),
    () => [numbers([2, 2, 2, 2, 3], 2), volume()],
  ],
  ["dilation2d", (x, w) => tf.dilation2d(x, w, 1, "same"), () => [image(), numbers([2, 2, 3], 2)]],
  [
    "grad of dilation2d",
    gradient((x, w) => tf.dilation2d(x, w, 1, "same")),
    () => [image(), numbers([2, 2, 3], 2)],
  ],
  [
    "batchNorm",
    (x, m, v, o, s) => tf.batchNorm(x, m, v, o, s),
    () => [image(), numbers([3]), numbers([3], 4, 0.5, 1), numbers([3], 5), numbers([3], 6)],
  ],
  [
    "grad of batchNorm",
    gradient((x, m, v, o, s) => tf.batchNorm(x, m, v, o, s)),
    () => [image(), numbers([3]), numbers([3], 4, 0.5, 1), numbers([3], 5), numbers([3], 6)],
  ],
  ["localResponseNormalization", (x) => tf.localResponseNormalization(x, 2), () => [image()]],
  [
    "grad of localResponseNormalization",
    gradient((x) => tf.localResponseNormalization(x, 2)),
    () => [image()],
  ],
  ["depthToSpace", (x) => tf.depthToSpace(x, 2), () => [numbers([1, 2, 2, 8])]],
  [
    "spaceToBatchND, batchToSpaceND",
    (x) =>
      tf.batchToSpaceND(
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        ),
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
    () => [image()],
  ],
  ["image.resizeBilinear", (x) => tf.image.resizeBilinear(x, [9, 9]), () => [image()]],
  [
    "grad of image.resizeBilinear",
    gradient((x) => tf.image.resizeBilinear(x, [9, 9])),
    () => [image()],
  ],
  [
    "image.resizeNearestNeighbor",
    (x) => tf.image.resizeNearestNeighbor(x, [9, 9]),
    () => [image()],
  ],
  [
    "grad of image.resizeNearestNeighbor",
    gradient((x) => tf.image.resizeNearestNeighbor(x, [12, 12])),
    () => [image()],
  ],
  ["image.flipLeftRight", (x) => tf.image.flipLeftRight(x), () => [image()]],
  [
    "image.cropAndResize",
    (x, b, i) => tf.image.cropAndResize(x, b, i, [3, 3]),
    () => [image(), tf.tensor2d([[0, 0, 0.5, 0.5]]), tf.tensor1d([1], "int32")],
  ],
  [
    "image.nonMaxSuppression",
    (b, s) => tf.image.nonMaxSuppression(b, s, 2, 0.5),
    () => [
      tf.tensor2d([
        [0, 0, 1, 1],
        [0, 0, 0.9, 1],
        [2, 2, 3, 3],
      ]),
      tf.tensor1d([0.9, 0.8, 0.7]),
    ],
  ],
];
