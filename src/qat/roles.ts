import type { LayerNode } from "../models/topology.js";

/**
 * What a layer does to quantized values: it has a kernel to quantize and computes new values
 * (`kernel`), only computes new ones (`computes`), is the nonlinearity after either (`activation`),
 * or passes values on as they are, some of them or in another place (`passes`).
 */
type Role = "kernel" | "computes" | "activation" | "passes";

const roles: Record<string, Role> = {
  Conv2D: "kernel",
  DepthwiseConv2D: "kernel",
  Dense: "kernel",
  Activation: "activation",
  ReLU: "activation",
  LeakyReLU: "activation",
  Add: "computes",
  AveragePooling2D: "computes",
  GlobalAveragePooling2D: "computes",
  MaxPooling2D: "passes",
  GlobalMaxPooling2D: "passes",
  ZeroPadding2D: "passes",
  Flatten: "passes",
  Reshape: "passes",
  Dropout: "passes",
  InputLayer: "passes",
  Rotation: "computes",
};

/** @internal The name of the property in which a layer keeps its kernel, if it has one. */
export function kernelName(className: string): "kernel" | "depthwiseKernel" | undefined {
  if (roles[className] !== "kernel") return undefined;
  return className === "DepthwiseConv2D" ? "depthwiseKernel" : "kernel";
}

/**
 * @internal
 * Whether a layer's output is quantized: every newly computed value is, but for the model's output
 * and for what goes only into a nonlinearity or a rotation, whose output is.
 */
export function quantizesOutput({ layer, consumers, isOutput }: LayerNode): boolean {
  if (isOutput || feedsRotation(consumers)) return false;
  const role = roles[layer.getClassName()];
  if (role === "passes") return false;
  const next = consumers.length === 1 ? roles[consumers[0]!.layer.getClassName()] : undefined;
  return role === "activation" || next !== "activation";
}

/** A rotation spreads outliers, so that rounding after it has the smaller range. */
function feedsRotation(consumers: LayerNode[]): boolean {
  return (
    consumers.length > 0 &&
    consumers.every(({ layer, isOutput, consumers }) => {
      const passes = roles[layer.getClassName()] === "passes" && !isOutput;
      return layer.getClassName() === "Rotation" || (passes && feedsRotation(consumers));
    })
  );
}

/** @internal @throws TypeError for a layer that can't be quantized, naming it. */
export function checkSupported({ layer }: LayerNode): void {
  const className = layer.getClassName();
  if (Object.hasOwn(roles, className)) return;
  const advice =
    className === "BatchNormalization"
      ? "it can only be folded into a linear Conv2D, DepthwiseConv2D or Dense layer right before it"
      : className === "QuantizedLayer"
        ? "the model is quantized already; start from the float model"
        : `expected one of ${Object.keys(roles).join(", ")}, BatchNormalization after a convolution`;
  throw new TypeError(`cannot quantize layer "${layer.name}" (${className}): ${advice}`);
}

/** @internal Whether a layer passes values on as they are, so that they keep their format. */
export function passesValues(className: string): boolean {
  return roles[className] === "passes";
}
