/**
 * The program of a network like MobileNetV2 0.35 for images of 96×96 pixels, with random codes: 52 convolutions, half of
 * them depthwise or thin, ten sums, a mean and a dense layer.
 */

/** @typedef {import("../../../dist/integer/program/index.js").IntegerProgram} IntegerProgram */

/** Repeats, expansion, channels and stride of the blocks. */
const blocks = [
  [1, 1, 8, 1],
  [2, 6, 8, 2],
  [3, 6, 16, 2],
  [4, 6, 24, 2],
  [3, 6, 32, 1],
  [3, 6, 56, 2],
  [1, 6, 112, 1],
];

/** @param {import("../../../dist/integer/program/index.js").KernelName} kernel */
export function mobileNet(kernel) {
  /** @type {any[]} */
  const tensors = [];
  /** @type {any[]} */
  const ops = [];
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  /** @param {Record<string, unknown>} tensor */
  const add = (tensor) => {
    const index = tensors.length;
    tensors.push({ name: `t${index}`, smallest: -128, largest: 127, ...tensor });
    return index;
  };
  /** @param {number[]} shape */
  const activation = (shape) =>
    add({ shape, type: "int8", scale: Float32Array.of(0.05), zeroPoint: Int32Array.of(-10) });
  /** @param {number[]} shape @param {number} axis */
  const weights = (shape, axis) => {
    const channels = shape[axis] ?? 1;
    const taps = shape.reduce((a, b) => a * b, 1) / channels;
    const scale = new Float32Array(channels).fill(0.02 / Math.sqrt(taps));
    const zeroPoint = new Int32Array(channels);
    const codes = Int8Array.from({ length: taps * channels }, () => random() * 255 - 127);
    const kernel = add({ shape, type: "int8", axis, scale, zeroPoint, codes });
    const bias = add({
      ...{ shape: [channels], type: "int32", axis: 0, zeroPoint },
      ...{ smallest: -(2 ** 31), largest: 2 ** 31 - 1 },
      scale: scale.map((value) => value * 0.05),
      codes: Int32Array.from({ length: channels }, () => random() * 2000 - 1000),
    });
    return [kernel, bias];
  };
  /** @param {string} type @param {number[]} inputs @param {number} output @param {object} fields */
  const op = (type, inputs, output, fields) => {
    ops.push({ type, layer: `l${ops.length}`, inputs, output, ...fields });
    return output;
  };
  /** @param {number} x @param {number} size @param {number} channels @param {number} stride @param {boolean} depthwise @param {string} clamp */
  const conv = (x, size, channels, stride, depthwise, clamp) => {
    const [, height, width, from] = tensors[x].shape;
    const shape = depthwise ? [1, size, size, from] : [channels, size, size, from];
    const output = activation([1, Math.ceil(height / stride), Math.ceil(width / stride), channels]);
    const inputs = [x, ...weights(shape, depthwise ? 3 : 0)];
    const window = { strides: [stride, stride], padding: "same", dilations: [1, 1] };
    const fields = { ...window, ...(depthwise ? { multiplier: 1 } : {}), activation: clamp };
    return op(depthwise ? "depthwiseConv2d" : "conv2d", inputs, output, fields);
  };
  const input = activation([1, 96, 96, 3]);
  let x = conv(input, 3, 16, 2, false, "relu6");
  for (const [repeats = 1, expansion = 1, channels = 1, stride = 1] of blocks) {
    for (let i = 0; i < repeats; i++) {
      const from = tensors[x].shape[3];
      const wide = expansion > 1 ? conv(x, 1, from * expansion, 1, false, "relu6") : x;
      const s = i === 0 ? stride : 1;
      const deep = conv(wide, 3, from * expansion, s, true, "relu6");
      const thin = conv(deep, 1, channels, 1, false, "none");
      const fields = { activation: "none" };
      const sum = () => op("add", [x, thin], activation(tensors[thin].shape), fields);
      x = s === 1 && from === channels ? sum() : thin;
    }
  }
  x = conv(x, 1, 1280, 1, false, "relu6");
  x = op("mean", [x], activation([1, 1280]), { axes: [1, 2], keepDims: false });
  const output = activation([1, 10]);
  op("fullyConnected", [x, ...weights([10, 1280], 0)], output, { activation: "none" });
  return /** @type {IntegerProgram} */ (
    /** @type {unknown} */ ({
      ...{ name: "mobileNet", kernel, tensors, ops },
      ...{ inputs: [input], outputs: [output] },
    })
  );
}
