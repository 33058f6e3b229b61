import type { Estimator, TensorRole } from "../estimators/index.js";
import type { ChannelAxes } from "../layers/index.js";
import type { IntegerFormat } from "../quantizers/index.js";

/** The options of a {@link import("./tensorQuantizer.js").TensorQuantizer}. */
export interface TensorQuantizerOptions {
  role: TensorRole;
  format: IntegerFormat;
  estimator: Estimator;
  /** The axes of the channels, counted from the last axis; in a format per channel, each channel has a scale. */
  channelAxes?: ChannelAxes;
  /** The momentum of the moving average that follows the values in training. Default: the range stays. */
  momentum?: number;
}
