import * as plot from "../../plot/index.js";
import { layerBars } from "../layerBars.js";
import { Result } from "../result.js";

/** The costs of a way to a model. */
export type TrainingCostRow = {
  way: string;
  /** The unit that was measured: an epoch of training, or a whole run. */
  measured: "an epoch" | "once";
  /** The median of the rounds; `low` and `high` are their quartiles. */
  "time (ms)": number;
  "low (ms)": number;
  "high (ms)": number;
  /** The number of times that the unit is done: the number of epochs, or 1. */
  times: number;
  "total (s)": number;
  /** The most memory that is held at once beyond the weights and the data. */
  "memory (MB)": number;
  "accuracy (%)": number;
};

/**
 * The costs of several ways to a model, which show themselves as a figure and a table.
 *
 * @example
 * const ways = { float: { model, epochs: 40 } };
 * const cost: q.analysis.TrainingCost = await q.analysis.trainingCost(ways, train.take(64), { rounds: 1 });
 * cost.table.shape; // [ 1, 9 ]
 */
export class TrainingCost extends Result<TrainingCostRow> {
  /** The time of all epochs, a bar for each way. */
  get figure(): plot.Figure {
    const names = this.rows.map(({ way }) => way);
    const totals = this.rows.map((row) => row["total (s)"]);
    const colors = names.map((name, i) => plot.colorOf(name, i));
    return layerBars({
      title: "What each way costs in all",
      data: [plot.bars(names, totals, { name: "total", colors })],
      value: { title: "time", unit: "s", zero: true },
    });
  }

  /** @internal */
  protected override get intervals(): string {
    return "quartiles of the times";
  }

  override toString(): string {
    const first = this.rows[0]!;
    const words = this.rows.map((row) => {
      const { way, measured, "time (ms)": time, "memory (MB)": memory } = row;
      const times =
        row === first ? "" : ` (${(time / first["time (ms)"]).toFixed(2)} × ${first.way})`;
      return `${way} ${time.toFixed(0)} ms ${measured}${times} and ${memory.toFixed(1)} MB`;
    });
    return `${words.join("; ")}`;
  }
}
