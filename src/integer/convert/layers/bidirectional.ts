import type { Layer } from "../../../graph/index.js";
import type { Place } from "../context.js";
import { gru } from "./gru.js";
import { lstm } from "./lstm.js";
import { averaged, joined } from "./merging.js";
import { type Recurrence, reversed } from "./recurrent.js";
import { simpleRnn } from "./simpleRnn.js";

type RecurrentConverter = (place: Place, recurrence: Recurrence) => number;

/** The recurrent layers that have an integer form. */
const recurrences: Readonly<Record<string, RecurrentConverter>> = {
  LSTM: lstm,
  GRU: gru,
  SimpleRNN: simpleRnn,
};

interface Parts {
  forwardLayer: Layer;
  backwardLayer: Layer;
  mergeMode: string | null;
  returnSequences: boolean;
}

/** Bidirectional: a recurrent layer and one that reads the steps backwards, whose states are joined. */
export function bidirectional(place: Place): number {
  const { forwardLayer, backwardLayer, mergeMode, returnSequences } =
    place.inner as unknown as Parts;
  const type = forwardLayer.getClassName();
  const convert = recurrences[type];
  if (!convert) {
    throw place.refusal(
      `there is no integer form of Bidirectional with ${type} (expected ${Object.keys(recurrences).join(", ")})`,
    );
  }
  const ahead = convert(place, { layer: forwardLayer, path: "forwardLayer.", suffix: "_forward" });
  const last = convert(place, {
    layer: backwardLayer,
    path: "backwardLayer.",
    suffix: "_backward",
  });
  const back = returnSequences ? reversed(place, last) : last;
  return merged(place, mergeMode, [ahead, back]);
}

function merged(place: Place, mergeMode: string | null, inputs: number[]): number {
  const { shape, builder, name } = place;
  if (mergeMode === "concat") {
    // Both directions share a range.
    const { codes: _, ...grid } = builder.at(inputs[0]!);
    const axis = shape.length - 1;
    return builder.op({ type: "concatenate", layer: name, inputs, axis }, { ...grid, name, shape });
  }
  const { grid, activation } = place.targetGrid();
  const all = { inputs, grid, activation };
  if (mergeMode === "ave") return averaged(place, all);
  return joined(place, mergeMode === "mul" ? "multiply" : "add", all);
}
