import { checkOptionNames, complaint } from "../arguments/index.js";

/** The options that every layer of TensorFlow.js takes. */
const ofEveryLayer = [
  ...["name", "trainable", "inputShape", "batchInputShape", "batchSize"],
  ...["dtype", "inputDType", "weights"],
];

/**
 * @internal
 * Checks the options of a layer's constructor, which come from a user or from the layer's configuration.
 *
 * @param owner the class as a user calls it, as in `"q.models.layers.LayerNorm"`
 * @param names the options that the layer has besides those of every layer
 * @throws TypeError if `options` is not an object, or for the first option that the layer doesn't have
 */
export function checkLayerOptions(
  owner: string,
  options: object | undefined,
  names: readonly string[],
): void {
  if (options === null || (options !== undefined && typeof options !== "object")) {
    const expected = `an object, as in { ${names[0] ?? "name"}: … }`;
    throw new TypeError(complaint({ name: `options of ${owner}`, value: options, expected }));
  }
  // TensorFlow.js adds these when it reads a model.
  const { customObjects: _, ...stated } = (options ?? {}) as { customObjects?: object };
  checkOptionNames(owner, stated, [...names, ...ofEveryLayer]);
}
