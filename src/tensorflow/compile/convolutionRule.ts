/**
 * The library's own convolution is used for at most this many weights. Measured on two cores as processor time of
 * ReLU, bias, convolution and all gradients in a compiled function, by that of TensorFlow's ops: 0.25 to 0.4 (in
 * elapsed time) for 8 × 8 images with 144 to 512 weights, 0.6 for 128 images of 28 × 28 with one channel, 0.8 for 4,608 weights, 0.83
 * for 16,384, 0.98 for 18,432, 1.04 for 36,864, 1.4 for 147,456: large weights don't stay near the processor.
 */
const mostWeights = 2 ** 14;

/** @internal Whether the library's own convolution is faster than TensorFlow's, by the shapes of its tensors. */
export function isFaster(
  x: readonly number[],
  filter: readonly number[],
  output: readonly number[],
): boolean {
  const weights = filter.reduce((product, length) => product * length, 1);
  const some = [x, filter, output].every((shape) => shape.every((length) => length > 0));
  return x.length === 4 && filter.length === 4 && some && weights <= mostWeights;
}
