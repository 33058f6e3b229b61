import * as q from "../../../src/index.js";
import type { Net } from "./nets.js";

const { layers } = q.tf;
const { conv2d, dense, flatten } = layers;

/**
 * Ops that oneDNN computes in a graph, and Eigen eagerly: the gradient of pools that overlap has its
 * sums in another order. With `TF_ENABLE_ONEDNN_OPTS=0` Eigen computes both.
 */
export const oneDnnNets: Record<string, Net> = {
  "max pooling that overlaps": {
    shape: [6, 6, 3],
    layers: () => [
      conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
      layers.maxPooling2d({ poolSize: 3, strides: 2 }),
      layers.maxPooling2d({ poolSize: 2, strides: 1 }),
    ],
  },
};

/** Nets of the sizes that people train. */
export const largerNets: Record<string, Net> = {
  "MNIST CNN": {
    shape: [28, 28, 1],
    layers: () => [
      conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      conv2d({ filters: 32, kernelSize: 3, activation: "relu" }),
      layers.maxPooling2d({ poolSize: 2 }),
      flatten(),
      dense({ units: 64, activation: "relu" }),
      dense({ units: 10, activation: "softmax" }),
    ],
  },
  "LSTM of 32 units": { shape: [8, 8], layers: () => [layers.lstm({ units: 32 })] },
};
