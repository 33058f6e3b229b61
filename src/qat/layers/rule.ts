import type { Layer } from "../../models/topology.js";
import type { ChannelAxes } from "../channelsLast.js";

/**
 * What a layer does to quantized values:
 *
 * - `"computes"`: makes new values, which are quantized;
 * - `"activation"`: a nonlinearity: what goes only into it is quantized after it;
 * - `"joins"`: gives values of several inputs, which have to share a range: what goes only into it
 *   is quantized after it, too, nonlinearities included;
 * - `"passes"`: passes values on as they are, some of them or in another place, or has quantized them inside.
 */
export type LayerRole = "computes" | "activation" | "joins" | "passes";

/** How a type of layers is quantized. */
export interface LayerRule {
  role: LayerRole;
  /**
   * The weights to quantize: the property that keeps each, as in `kernel` or `cell.recurrentKernel`, and
   * the axes of its output channels, counted from the last. Default none.
   */
  weights?: Readonly<Record<string, ChannelAxes>>;
  /**
   * Values inside to quantize: a name, and the parts whose `call` gives them (its first result), as in
   * `{ state: ["cell"] }`. Parts of one name share a range. Default none.
   */
  values?: Readonly<Record<string, readonly string[]>>;
  /** Whether the layer's input is indices, which aren't quantized. Default false. */
  indices?: boolean;
}

/** A rule, or what finds it for a layer whose options decide. */
export type LayerRules = LayerRule | ((layer: Layer) => LayerRule);

/** @internal Rules of several types. */
export type RuleTable = Readonly<Record<string, LayerRules>>;

/** @internal For layers that put values in another place, or do nothing in inference. */
export const passes: LayerRule = { role: "passes" };
