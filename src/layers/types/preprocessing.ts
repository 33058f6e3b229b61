import type { RuleTable } from "../rule.js";

/** @internal Layers that prepare images and categories. */
export const preprocessing: RuleTable = {
  Rescaling: { role: "computes", resamples: true },
  CenterCrop: {
    role: "computes",
    resamples: true,
    noGradient: "TensorFlow.js has no gradient of CropAndResize",
  },
  Resizing: {
    role: "computes",
    resamples: true,
    notComputed:
      "TensorFlow.js takes single images there, no batches (resize the images before, as by q.tf.image.resizeBilinear)",
  },
  RandomWidth: {
    role: "computes",
    resamples: true,
    notComputed:
      "TensorFlow.js gives each batch another width (resize the images before, as by q.tf.image.resizeBilinear)",
  },
  CategoryEncoding: {
    role: "computes",
    indices: true,
    notComputed:
      "TensorFlow.js counts categories in JavaScript alone (encode them before, as by q.tf.oneHot)",
  },
};
