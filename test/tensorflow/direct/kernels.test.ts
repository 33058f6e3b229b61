import type * as tfjs from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { directKernels } from "../../../src/tensorflow/direct/index.js";
import type { CpuBackend, Values } from "../../../src/tensorflow/direct/kernel.js";
import { tf } from "../../../src/tensorflow/index.js";

const backend = tf.findBackend("cpu") as unknown as CpuBackend;

/** A seeded generator of integers below a bound. */
function generator(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) % bound;
  };
}

type Dtype = "float32" | "int32" | "bool";

interface Case {
  inputs: Record<string, [shape: number[], dtype?: Dtype]>;
  attrs?: Record<string, unknown>;
}

const special = [0, -0, 0.5, -0.5, 1.5, 2.5, Number.NaN, Infinity, -Infinity, 1e-40, 3.4e38];

/** Many equal values and halves, so that ties are met; with `strange`, also NaN, infinities and signed zeros. */
function tensor(shape: number[], dtype: Dtype, next: (bound: number) => number, strange: boolean) {
  const size = shape.reduce((product, length) => product * length, 1);
  const make = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
  const values: Values = new make(size);
  for (let i = 0; i < size; i++) {
    if (dtype === "bool") values[i] = next(2);
    else if (strange && dtype === "float32" && next(9) === 0)
      values[i] = special[next(special.length)]!;
    else if (dtype === "float32" && next(3) > 0) values[i] = (next(2_000_001) - 1_000_000) / 3e5;
    else values[i] = next(9) - 4;
  }
  return backend.makeTensorInfo(shape, dtype, values);
}

/** Holds a kernel against tfjs's own of the same name: shape, dtype and every bit. */
function holds(name: string, cases: Case[], { falls = false, list = false } = {}): void {
  const own = tf.getKernel(name, "cpu").kernelFunc;
  for (const [index, { inputs, attrs = {} }] of cases.entries()) {
    for (const strange of [false, true]) {
      const next = generator(index * 2 + Number(strange) + 1);
      const given = Object.fromEntries(
        Object.entries(inputs).map(([key, [shape, dtype = "float32"]]) => [
          key,
          tensor(shape, dtype, next, strange),
        ]),
      );
      const call = {
        inputs: (list ? Object.values(given) : given) as typeof given,
        backend,
        attrs,
      };
      const direct = directKernels[name]!(call, tf);
      if (falls) {
        expect(direct).toBeUndefined();
        continue;
      }
      const expected = own(call as never);
      const at = `${name} ${JSON.stringify({ inputs, attrs, strange })}`;
      same([direct!].flat(), [expected].flat(), at);
    }
  }
}

function same(direct: tfjs.TensorInfo[], own: tfjs.TensorInfo[], at: string): void {
  const kinds = (infos: tfjs.TensorInfo[]) => infos.map(({ shape, dtype }) => ({ shape, dtype }));
  expect(kinds(direct), at).toEqual(kinds(own));
  for (const [index, info] of own.entries()) {
    const ours = backend.data.get(direct[index]!.dataId).values as Values;
    const theirs = backend.data.get(info.dataId).values as Values;
    expect(ours.length, at).toBe(theirs.length);
    const wrong = theirs.findIndex((value, i) => !Object.is(value, ours[i]));
    expect(wrong < 0 ? "equal" : `${wrong}: ${ours[wrong]}, tfjs ${theirs[wrong]}`, at).toBe(
      "equal",
    );
  }
}

const images = [
  { x: [2, 5, 7, 3], filter: [3, 3, 3, 4] },
  { x: [1, 8, 8, 1], filter: [3, 3, 1, 16] },
  { x: [3, 4, 4, 5], filter: [1, 1, 5, 7] },
  { x: [2, 6, 5, 2], filter: [5, 2, 2, 3] },
  { x: [1, 1, 1, 13], filter: [1, 1, 13, 1] },
];
const places = [
  { strides: [1, 1], pad: "same" },
  { strides: [1, 1], pad: "valid" },
  { strides: [2, 2], pad: "same" },
  {
    strides: [2, 1],
    pad: [
      [0, 0],
      [1, 2],
      [2, 0],
      [0, 0],
    ],
  },
];

function* convolutions(depthwise: boolean) {
  for (const { x, filter } of images) {
    for (const place of places) {
      if (place.pad === "valid" && x[1]! < filter[0]!) continue;
      const filterShape = depthwise
        ? [filter[0]!, filter[1]!, x[3]!, (filter[3]! % 3) + 1]
        : filter;
      const attrs = { ...place, dilations: depthwise ? [1, 1] : 1, dataFormat: "NHWC" };
      const { outShape } = tf.backend_util.computeConv2DInfo(
        ...([
          x,
          filterShape,
          place.strides,
          1,
          place.pad,
          undefined,
          depthwise,
        ] as unknown as Parameters<typeof tf.backend_util.computeConv2DInfo>),
      );
      yield { x, filterShape, attrs, y: outShape };
    }
  }
}

describe("a direct kernel gives the bits of tfjs's own", () => {
  it("for convolutions and their gradients", () => {
    const all = [...convolutions(false)];
    expect(all.length).toBeGreaterThan(15);
    holds(
      "Conv2D",
      all.map(({ x, filterShape, attrs }) => ({
        inputs: { x: [x], filter: [filterShape] },
        attrs,
      })),
    );
    holds(
      "Conv2DBackpropFilter",
      all.map(({ x, y, filterShape, attrs }) => ({
        inputs: { x: [x], dy: [y] },
        attrs: { ...attrs, filterShape },
      })),
    );
    holds(
      "Conv2DBackpropInput",
      all.map(({ x, y, filterShape, attrs }) => ({
        inputs: { dy: [y], filter: [filterShape] },
        attrs: { ...attrs, inputShape: x },
      })),
    );
  });

  it("for depthwise convolutions and their gradients", () => {
    const all = [...convolutions(true)];
    holds(
      "DepthwiseConv2dNative",
      all.map(({ x, filterShape, attrs }) => ({
        inputs: { x: [x], filter: [filterShape] },
        attrs,
      })),
    );
    // tfjs's layers give null for no dilations.
    holds(
      "DepthwiseConv2dNative",
      all.map(({ x, filterShape, attrs }) => ({
        inputs: { x: [x], filter: [filterShape] },
        attrs: { ...attrs, dilations: null },
      })),
    );
    holds(
      "DepthwiseConv2dNativeBackpropFilter",
      all.map(({ x, y, filterShape, attrs }) => ({
        inputs: { x: [x], dy: [y] },
        attrs: { ...attrs, filterShape },
      })),
    );
    holds(
      "DepthwiseConv2dNativeBackpropInput",
      all.map(({ x, y, filterShape, attrs }) => ({
        inputs: { dy: [y], filter: [filterShape] },
        attrs: { ...attrs, inputShape: x },
      })),
    );
  });

  it("for layers with a bias and an activation", () => {
    const biased: Case[] = [undefined, "linear", "relu", "relu6", "elu", "sigmoid"].flatMap(
      (activation) =>
        [[4], [1], []].map(
          (bias): Case => ({
            inputs: { x: [[2, 5, 7, 3]], filter: [[3, 3, 3, 4]], bias: [bias] },
            attrs: { strides: [1, 1], pad: "same", dilations: 1, dataFormat: "NHWC", activation },
          }),
        ),
    );
    holds("FusedConv2D", biased);
    holds(
      "FusedDepthwiseConv2D",
      biased.map(({ inputs, attrs }) => ({
        inputs: {
          ...inputs,
          filter: [[3, 3, 3, 2]],
          bias: inputs.bias![0].length && inputs.bias![0][0] === 4 ? [[6]] : inputs.bias!,
        },
        attrs,
      })),
    );
    holds(
      "_FusedMatMul",
      biased.map(({ inputs, attrs }) => ({
        inputs: { a: [[1, 5, 60]], b: [[1, 60, 4]], bias: inputs.bias! },
        attrs: { transposeA: false, transposeB: false, activation: attrs!.activation },
      })),
    );
  });

  it("for products of matrices, in the blocks in which tfjs sums", () => {
    const product = (a: number[], b: number[], transposeA = false, transposeB = false): Case => ({
      inputs: { a: [a], b: [b] },
      attrs: { transposeA, transposeB },
    });
    holds("BatchMatMul", [
      product([1, 5, 100], [1, 100, 7]),
      product([1, 48, 48], [1, 48, 4]),
      product([3, 5, 9], [3, 7, 9], false, true),
      product([2, 9, 5], [2, 9, 4], true, false),
      product([2, 9, 5], [2, 3, 9], true, true),
      product([4, 5, 9], [1, 9, 3]),
      product([1, 5, 9], [4, 9, 3]),
      product([0, 3], [3, 2]),
    ]);
  });

  it("for pooling, where equal values share a window", () => {
    const cases = [
      {
        shape: [2, 6, 6, 3],
        attrs: { filterSize: [2, 2], strides: [2, 2], pad: "valid" },
        y: [2, 3, 3, 3],
      },
      {
        shape: [1, 7, 5, 2],
        attrs: { filterSize: [3, 3], strides: [1, 1], pad: "same" },
        y: [1, 7, 5, 2],
      },
      {
        shape: [1, 7, 5, 2],
        attrs: { filterSize: [3, 2], strides: [2, 2], pad: "same" },
        y: [1, 4, 3, 2],
      },
    ];
    for (const name of ["MaxPool", "AvgPool"])
      holds(
        name,
        cases.map(({ shape, attrs }) => ({ inputs: { x: [shape] }, attrs })),
      );
    holds(
      "MaxPoolGrad",
      cases.map(({ shape, attrs, y }) => ({
        inputs: { dy: [y], input: [shape], output: [y] },
        attrs,
      })),
    );
    holds(
      "AvgPoolGrad",
      cases.map(({ shape, attrs, y }) => ({ inputs: { dy: [y], input: [shape] }, attrs })),
    );
  });

  it("for ops on two tensors that broadcast", () => {
    const shapes: [number[], number[]][] = [
      [
        [3, 4],
        [3, 4],
      ],
      [[3, 4], []],
      [[], [2, 3]],
      [[2, 3, 4], [4]],
      [
        [2, 3, 4],
        [3, 1],
      ],
      [
        [2, 1, 4],
        [5, 1],
      ],
      [[1], [3]],
      [[0, 3], [3]],
      [
        [2, 3, 1, 2],
        [1, 3, 2, 1],
      ],
    ];
    for (const name of [
      "Add",
      "Sub",
      "Multiply",
      "RealDiv",
      "Maximum",
      "Minimum",
      "SquaredDifference",
      "Pow",
      "Greater",
      "GreaterEqual",
      "Less",
      "LessEqual",
      "Equal",
      "NotEqual",
    ]) {
      holds(
        name,
        shapes.map(([a, b]) => ({ inputs: { a: [a], b: [b] } })),
      );
      holds(
        name,
        shapes.map(([a, b]) => ({ inputs: { a: [a, "int32"], b: [b, "int32"] } })),
      );
    }
    for (const name of ["LogicalAnd", "LogicalOr"])
      holds(
        name,
        shapes.map(([a, b]) => ({ inputs: { a: [a, "bool"], b: [b, "bool"] } })),
      );
  });

  it("for ops on one tensor", () => {
    const attrs = { alpha: 0.25, clipValueMin: -0.5, clipValueMax: 2.5 };
    for (const name of [
      "Relu",
      "Relu6",
      "Elu",
      "Step",
      "ClipByValue",
      "Floor",
      "Ceil",
      "Round",
      "Sign",
      "Neg",
      "Abs",
      "Square",
      "Sqrt",
      "Rsqrt",
      "Reciprocal",
      "Exp",
      "Log",
      "Sigmoid",
      "Tanh",
    ]) {
      holds(
        name,
        [[40], [3, 5], [], [0]].map((shape) => ({ inputs: { x: [shape] }, attrs })),
      );
    }
  });

  it("for reductions over any axes", () => {
    const axes: [number[], number[]][] = [
      [[3, 4, 5], [2]],
      [[3, 4, 5], [0]],
      [[3, 4, 5], [1]],
      [
        [3, 4, 5],
        [0, 2],
      ],
      [
        [3, 4, 5],
        [0, 1, 2],
      ],
      [
        [2, 3, 2, 3],
        [0, 2],
      ],
      [[7], [0]],
      [[2, 3], []],
    ];
    const names = { Sum: "axis", Mean: "axis", Min: "axis", Max: "reductionIndices" };
    for (const [name, axis] of Object.entries(names)) {
      const cases = axes.flatMap(([shape, over]) =>
        [true, false].map(
          (keepDims): Case => ({ inputs: { x: [shape] }, attrs: { [axis]: over, keepDims } }),
        ),
      );
      holds(name, cases);
      if (name !== "Mean")
        holds(
          name,
          cases.map(({ inputs, attrs }) => ({ inputs: { x: [inputs.x![0], "int32"] }, attrs })),
        );
    }
    holds("Sum", [{ inputs: { x: [[3, 4], "bool"] }, attrs: { axis: [0], keepDims: false } }]);
    holds(
      "Softmax",
      [[3, 10], [7], [2, 3, 4]].map((shape) => ({
        inputs: { logits: [shape] },
        attrs: { dim: -1 },
      })),
    );
  });

  it("for other layouts of the same values", () => {
    holds(
      "Transpose",
      [
        [0, 2, 1],
        [2, 0, 1],
        [0, 1, 2],
      ].map((perm) => ({ inputs: { x: [[3, 4, 5]] }, attrs: { perm } })),
    );
    holds(
      "Tile",
      [
        [1, 1, 1],
        [2, 1, 3],
        [1, 4, 1],
        [0, 1, 1],
      ].map((reps) => ({ inputs: { x: [[3, 1, 2]] }, attrs: { reps } })),
    );
    holds("PadV2", [
      {
        inputs: { x: [[3, 4]] },
        attrs: {
          paddings: [
            [1, 2],
            [0, 3],
          ],
          constantValue: 0.5,
        },
      },
      {
        inputs: { x: [[3, 4], "int32"] },
        attrs: {
          paddings: [
            [0, 0],
            [1, 0],
          ],
          constantValue: 0,
        },
      },
    ]);
    holds("Slice", [
      { inputs: { x: [[3, 4, 5]] }, attrs: { begin: [0, 1, 2], size: [3, 2, 2] } },
      { inputs: { x: [[3, 4]] }, attrs: { begin: [1, 2], size: [-1, 2] } },
    ]);
    for (const axis of [0, 1, -1]) {
      holds("Unpack", [{ inputs: { value: [[3, 4, 2]] }, attrs: { axis } }]);
      holds("Unpack", [{ inputs: { value: [[1, 4, 2], "int32"] }, attrs: { axis } }]);
      holds("SplitV", [
        { inputs: { x: [[4, 4, 4]] }, attrs: { axis, numOrSizeSplits: 2 } },
        { inputs: { x: [[4, 4, 4]] }, attrs: { axis, numOrSizeSplits: [1, -1] } },
      ]);
      const grown = [2, 3, 4].with(axis < 0 ? 2 : axis, 5);
      const inputs = [[[2, 3, 4]], [grown]] as unknown as Case["inputs"];
      holds("Concat", [{ inputs, attrs: { axis } }], { list: true });
    }
    for (const axis of [0, 1, 2]) {
      const own = {
        inputs: { x: [[6, 7, 8]], indices: [[2, 2], "int32"] },
        attrs: { axis, batchDims: 0 },
      } as Case;
      const next = generator(axis + 1);
      const x = tensor([6, 7, 8], "float32", next, true);
      const indices = backend.makeTensorInfo([2, 2], "int32", Int32Array.of(0, 5, 2, 2));
      const call = { inputs: { x, indices }, backend, attrs: own.attrs! };
      const direct = directKernels.GatherV2!(call, tf) as tfjs.TensorInfo;
      const theirs = tf.getKernel("GatherV2", "cpu").kernelFunc(call as never) as tfjs.TensorInfo;
      expect(direct.shape).toEqual(theirs.shape);
      expect(backend.data.get(direct.dataId).values).toEqual(
        backend.data.get(theirs.dataId).values,
      );
    }
  });

  it("and leaves to tfjs what it doesn't compute", () => {
    const place = { strides: [1, 1], pad: "same", dataFormat: "NHWC" };
    const inputs: Case["inputs"] = { x: [[1, 5, 5, 2]], filter: [[3, 3, 2, 2]] };
    holds("Conv2D", [{ inputs, attrs: { ...place, dilations: [2, 2] } }], { falls: true });
    holds("Conv2D", [{ inputs, attrs: { ...place, dilations: 1, dataFormat: "NCHW" } }], {
      falls: true,
    });
    holds("Relu", [{ inputs: { x: [[3], "int32"] } }], { falls: true });
    holds("Slice", [{ inputs: { x: [[3, 4]] }, attrs: { begin: [2, 2], size: [2, 2] } }], {
      falls: true,
    });
    holds(
      "GatherV2",
      [{ inputs: { x: [[3, 4]], indices: [[9], "int32"] }, attrs: { axis: 0, batchDims: 1 } }],
      { falls: true },
    );
  });
});
