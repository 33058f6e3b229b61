import { checkChoice, checkOptions, complaint } from "../arguments/index.js";
import { int, uint } from "./formats/integer.js";
import type { SchemeOptions } from "./scheme.js";

/** Options of a scheme that is given by its name. */
export interface NamedSchemeOptions extends Omit<SchemeOptions, "weights" | "activations"> {
  /** Whether each output channel of a layer's weights has a scale of its own, or all have one. Default `"channel"`. */
  per?: "tensor" | "channel";
}

/**
 * @internal
 * The options of the scheme with a name such as `W3A3`.
 *
 * @throws RangeError if the name isn't one
 */
export function formatsNamed(name: string, options: NamedSchemeOptions): SchemeOptions {
  checkOptions<NamedSchemeOptions>("q.scheme", options, {
    per: true,
    layers: true,
    types: true,
    exclude: true,
    firstAndLast: true,
  });
  const { per = "channel", ...others } = options;
  checkChoice("per", per, ["tensor", "channel"]);
  const [, weights, activations = "32"] = /^W(\d+)(?:A(\d+))?$/.exec(name) ?? [];
  if (weights === undefined) {
    throw new RangeError(
      complaint({
        name: "scheme",
        value: name,
        expected: "the bits of weights and activations",
        example: 'q.scheme("W3A3")',
      }),
    );
  }
  const [w, a] = [Number(weights), Number(activations)];
  return {
    ...others,
    ...(w !== 32 && { weights: int(w, { per }) }),
    ...(a !== 32 && { activations: uint(a) }),
  };
}
