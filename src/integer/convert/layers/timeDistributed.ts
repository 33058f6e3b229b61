import type { Layer } from "../../../graph/index.js";
import type { Place } from "../context.js";
import type { LayerConverter } from "./converter.js";

/** Layers that treat the steps of a sequence alike by themselves. */
const alike = new Set(["Dense", "Activation", "ReLU", "LeakyReLU", "ELU", "Flatten", "Reshape"]);

/** Layers of one kernel or none, which are applied to one step after the other. */
const apart = new Set([
  ...["Conv1D", "Conv2D", "DepthwiseConv2D", "Conv2DTranspose"],
  ...["MaxPooling1D", "MaxPooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D"],
  ...["AveragePooling1D", "AveragePooling2D"],
  ...["GlobalAveragePooling1D", "GlobalAveragePooling2D"],
  ...["ZeroPadding2D", "Cropping2D", "UpSampling2D"],
]);

/**
 * TimeDistributed: a layer on each step of a sequence. A dense layer and a function of single values take all steps at
 * once; other layers take slices, which share the weights, and their outputs are put together again.
 */
export function timeDistributed(place: Place, convert: LayerConverter): number {
  const { layer } = place.inner as unknown as { layer: Layer };
  const type = layer.getClassName();
  const isAlike = alike.has(type);
  if (isAlike && layer.getConfig().dataFormat !== "channelsFirst") {
    return convert(place.seen({ layer }));
  }
  if (!isAlike && !apart.has(type)) {
    throw place.refusal(
      `there is no integer form of TimeDistributed with ${type} (expected ${[...alike, ...apart].join(", ")}; or the layer in float, as in q.convert(model, { float: ["${place.name}"] }))`,
    );
  }
  const { builder, name, shape } = place;
  const [, time, ...step] = place.input().shape as [number, number, ...number[]];
  const outputs = Array.from({ length: time }, (_, t) => {
    const input = place.reshape(sliceAt(place, t), [1, ...step]);
    const parts = shape.slice(2);
    const view = { layer, inputs: [input], shape: [1, ...parts], suffix: `_step`, ends: false };
    return place.reshape(convert(place.seen(view)), [1, 1, ...parts]);
  });
  const { codes: _, ...grid } = builder.at(outputs[0]!);
  return builder.op(
    { type: "concatenate", layer: name, inputs: outputs, axis: 1 },
    { ...grid, name, shape },
  );
}

/** One step of a sequence, with an axis of 1 for the time. */
function sliceAt(place: Place, t: number): number {
  const { codes: _, ...x } = place.builder.at(place.inputs[0]!);
  const [, , ...step] = x.shape;
  return place.builder.op(
    {
      type: "slice",
      layer: place.name,
      inputs: [place.inputs[0]!],
      begin: [0, t, ...step.map(() => 0)],
    },
    { ...x, name: `${x.name}_at${t}`, shape: [1, 1, ...step] },
  );
}
