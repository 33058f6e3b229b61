/**
 * At most this share of a peer's time, or of our own float step's; without `most` the share is only shown.
 *
 * @type {{ name: string, peer: string, float?: string, most?: number }[]}
 */
export const goals = [
  { name: "mnist", peer: "PyTorch", most: 0.18 },
  { name: "mnist", peer: "channels_last" },
  { name: "mnist", peer: "tf.function", most: 1.1 },
  { name: "mnist-qat", peer: "PyTorch", most: 0.16 },
  { name: "mnist-qat", peer: "channels_last" },
  { name: "mnist-qat", peer: "tf.function", most: 1.1 },
  { name: "mnist-qat", peer: "qatlab", float: "mnist", most: 1.35 },
  // The input's scale is learned too, for which all of them need the gradient for the images: a convolution more.
  { name: "mnist-lsq", peer: "PyTorch", most: 0.45 },
  { name: "mnist-lsq", peer: "channels_last" },
  { name: "mnist-lsq", peer: "tf.function", most: 1.1 },
  { name: "mnist-lsq", peer: "qatlab", float: "mnist" },
  { name: "digits", peer: "PyTorch", most: 0.6 },
  { name: "digits", peer: "channels_last" },
  { name: "digits", peer: "tf.function", most: 1.1 },
  { name: "digits-qat", peer: "PyTorch", most: 0.25 },
  { name: "digits-qat", peer: "channels_last" },
  { name: "digits-qat", peer: "tf.function", most: 1.1 },
  { name: "lstm", peer: "PyTorch", most: 0.35 },
  { name: "lstm", peer: "tf.function" },
  { name: "lstm", peer: "eager" },
  // The float step is one op for all time steps, which doesn't round in between.
  { name: "lstm-qat", peer: "qatlab", float: "lstm", most: 1.25 },
  { name: "lstm-qat", peer: "eager" },
  { name: "transformer-qat", peer: "qatlab", float: "transformer", most: 1.25 },
  { name: "transformer-qat", peer: "eager" },
];

/** The most time that compiling may cost, in ms. */
export const mostToCompile = 300;
