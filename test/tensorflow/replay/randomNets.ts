import * as q from "../../../src/index.js";
import { generator } from "../../fixtures/generator.js";
import type { Net } from "../compile/nets.js";

const { layers } = q.tf;
type Layer = InstanceType<typeof layers.Layer>;

/** A network drawn at random: convolutions, poolings, normalizations, activations and dense layers of odd sizes. */
export function randomNet(seed: number): Net {
  const random = generator(seed);
  const below = (count: number) => Math.floor(random() * count);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const activations = ["relu", "relu6", "tanh", "sigmoid", "elu", "linear"] as const;
  const padding = () => oneOf(["same", "valid"] as const);
  const kinds: (() => Layer)[] = [
    () =>
      layers.conv2d({
        ...{ filters: 1 + below(7), kernelSize: 1 + below(3), strides: 1 + below(2) },
        ...{ padding: padding(), useBias: random() < 0.7, activation: oneOf(activations) },
      }),
    () =>
      layers.depthwiseConv2d({
        ...{ kernelSize: 1 + below(3), depthMultiplier: 1 + below(2), padding: padding() },
        ...{ activation: oneOf(activations) },
      } as never),
    () => layers.batchNormalization({ center: random() < 0.8, scale: random() < 0.8 }),
    () => layers.maxPooling2d({ poolSize: 2, strides: 1 + below(2), padding: "same" }),
    () => layers.averagePooling2d({ poolSize: 2, strides: 1 + below(2), padding: "same" }),
    () => layers.activation({ activation: oneOf(activations) }),
  ];
  const shape = [6 + below(4), 6 + below(4), 1 + below(3)];
  return {
    shape,
    layers() {
      const made = [layers.conv2d({ filters: 3, kernelSize: 2, padding: "same" }) as Layer];
      const count = 2 + below(4);
      let strided = 0;
      while (made.length < count) {
        const layer = oneOf(kinds)();
        // Small images stay large enough for what follows.
        const { strides } = layer.getConfig() as { strides?: number[] };
        if (strides?.[0] === 2 && strided++ > 0) continue;
        made.push(layer);
      }
      return [...made, layers.flatten(), layers.dense({ units: 1 + below(9), activation: "relu" })];
    },
  };
}
