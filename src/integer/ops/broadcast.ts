import { type Context, narrow, type Step, sizeOf } from "./context.js";

/** The codes of an input as the output's shape repeats them, and the step that repeats them. */
export interface Broadcast {
  readonly codes: Int16Array;
  readonly run?: Step;
}

/** An input of a binary op, repeated along the axes that it doesn't have or that are 1 in it. */
export function broadcast(context: Context, input: number, shape: readonly number[]): Broadcast {
  const codes = narrow(context, input);
  const size = sizeOf(shape);
  if (codes.length === size) return { codes };
  const places = placesOf(context.tensor(input).shape, shape);
  const repeated = new Int16Array(size);
  return {
    codes: repeated,
    run: () => {
      for (let i = 0; i < size; i++) repeated[i] = codes[places[i]!]!;
    },
  };
}

/** For each entry of a shape, the place of the entry that a shape which broadcasts has there. */
function placesOf(from: readonly number[], to: readonly number[]): Int32Array {
  const places = new Int32Array(sizeOf(to));
  let inner = 1;
  let stride = 1;
  for (let axis = to.length - 1; axis >= 0; axis--) {
    const length = from[axis - to.length + from.length] ?? 1;
    const outer = inner * to[axis]!;
    if (length > 1) {
      for (let i = 0; i < places.length; i++) {
        places[i] = places[i]! + Math.floor((i % outer) / inner) * stride;
      }
    }
    stride *= length;
    inner = outer;
  }
  return places;
}
