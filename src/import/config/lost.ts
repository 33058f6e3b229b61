import type { serialization } from "@tensorflow/tfjs";
import type { Layer } from "../../layers/index.js";

const always = () => true;
const absent = (value: unknown) => value === false;
const ones = (value: unknown) => [value].flat().every((one) => one === 1);

/**
 * Options that TensorFlow.js's layers don't have, with the values that change nothing in a model's outputs: defaults,
 * choices of an implementation, and seeds for training.
 */
const neutral: Readonly<Record<string, (value: unknown) => boolean>> = {
  trainable: always,
  batchInputShape: always,
  batchShape: always,
  inputLength: always,
  seed: always,
  unroll: always,
  implementation: always,
  useCudnn: always,
  unitForgetBias: always,
  fused: always,
  zeroOutputForMask: always,
  groups: ones,
  dilationRate: ones,
  keepdims: absent,
  synchronized: absent,
  renorm: absent,
  renormMomentum: always,
  timeMajor: absent,
  rmsScaling: absent,
  useGate: absent,
  sparse: absent,
  ragged: absent,
  cropToAspectRatio: absent,
  padToAspectRatio: absent,
  antialias: absent,
  fillMode: always,
  fillValue: always,
  dataFormat: (value) => value === "channelsLast",
};

/**
 * @internal
 * Checks that a layer has the options that a file states: TensorFlow.js passes over an option that its layer doesn't
 * have.
 *
 * @throws Error if the layer doesn't have an option that would change its outputs
 */
export function checkLost(layer: Layer, stated: serialization.ConfigDict, where: string): void {
  const actual = layer.getConfig() as Record<string, unknown>;
  for (const [option, value] of Object.entries(stated)) {
    if (value === null || neutral[option]?.(value)) continue;
    const simple = ["number", "string", "boolean"];
    const differs = simple.includes(typeof value) && simple.includes(typeof actual[option]);
    if (option in actual && !(differs && actual[option] !== value)) continue;
    throw new Error(
      `${where} has ${option} ${JSON.stringify(value).slice(0, 100)}, which TensorFlow.js's layer doesn't compute (expected the default)`,
    );
  }
}
