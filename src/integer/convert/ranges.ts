import type { Layer } from "../../graph/index.js";
import { ruledWeights, ruleOf } from "../../layers/index.js";
import { innerOf, QuantizedLayer } from "../../quantized/index.js";
import { tf } from "../../tensorflow/index.js";
import { calibrationBatchSize, inputBatches } from "../../train/index.js";
import { typeOf } from "./context.js";
import { refusal } from "./refusal.js";

/** Values of a layer that the prepared model leaves in float, and that integers need a range for. */
export type Site =
  | "output"
  | "before its nonlinearity"
  | "between its kernels"
  | "of its cell state"
  | `of its first ${number} inputs`;

interface Range {
  min: number;
  max: number;
}

/** The ranges of values that a prepared model leaves in float, as calibration examples show them. */
export class Ranges {
  readonly #found: Map<string, Range> | undefined;

  private constructor(found: Map<string, Range> | undefined) {
    this.#found = found;
  }

  /** No ranges: the model has to bring each range itself. */
  static none(): Ranges {
    return new Ranges(undefined);
  }

  /** Runs a prepared model on examples, and keeps the extremes of the values at every site. */
  static of(model: tf.LayersModel, examples: tf.Tensor[]): Ranges {
    const found = new Map<string, Range>();
    const restore = model.layers.flatMap((layer) => watch(layer, found));
    try {
      for (const batch of inputBatches(examples, calibrationBatchSize)) {
        tf.tidy(() => {
          model.predict(batch, { batchSize: calibrationBatchSize });
        });
        tf.dispose(batch);
      }
    } finally {
      for (const back of restore.reverse()) back();
    }
    return new Ranges(found);
  }

  /** Whether there are ranges. */
  get known(): boolean {
    return this.#found !== undefined;
  }

  /**
   * The range of a site.
   *
   * @throws TypeError if there were no calibration examples
   */
  at(layer: Layer, name: string, site: Site): Range {
    const range = this.#found?.get(keyOf(layer, site));
    if (range) return range;
    const values = site === "output" ? "its output" : `the values ${site}`;
    throw refusal(
      name,
      `${values} have no range, since the model leaves them in float (expected examples on which the range is found, as in q.convert(model, { calibration: train.take(256) }))`.replace(
        "its output have",
        "its output has",
      ),
    );
  }
}

const keyOf = (layer: Layer, site: Site) => `${layer.id} ${site}`;

/** Has a layer's values noted while the model runs; returns what undoes it. */
function watch(layer: Layer, found: Map<string, Range>): (() => void)[] {
  const note = (site: Site, x: tf.Tensor, owner: Layer = layer) => {
    const [low, high] = tf.tidy(() => [x.min().dataSync()[0]!, x.max().dataSync()[0]!]);
    const { min, max } = found.get(keyOf(owner, site)) ?? { min: 0, max: 0 };
    found.set(keyOf(owner, site), { min: Math.min(min, low!), max: Math.max(max, high!) });
  };
  const inner = innerOf(layer);
  const owner = inner as unknown as {
    layer?: Layer;
    activation?: { apply(x: tf.Tensor): tf.Tensor };
  };
  const { activation } = (owner.layer ?? owner) as typeof owner;
  const joins = partialJoins[typeOf(inner)];
  const quantizesItsOutput = layer instanceof QuantizedLayer && layer.outputQuantizer;
  const between = ruledWeights(inner).find(({ seen }) => seen)?.seen;
  return [
    ...(quantizesItsOutput ? [] : [after(layer, "call", (y) => note("output", y))]),
    ...(activation && typeof activation.apply === "function"
      ? [before(activation, "apply", (x) => note("before its nonlinearity", x))]
      : []),
    ...(ruleOf(inner).role === "activation" && !activation
      ? [before(inner, "call", (x) => note("before its nonlinearity", x))]
      : []),
    ...recurrencesIn(inner).map((part) =>
      afterAll(part.cell, "call", (results) => {
        if (results.length === 3) note("of its cell state", results[2]!, part);
      }),
    ),
    ...(joins
      ? [
          beforeAll(inner, "call", (inputs) => {
            let partial = inputs[0]!;
            for (let count = 2; count < inputs.length; count++) {
              partial = joins(partial, inputs[count - 1]!);
              note(`of its first ${count} inputs`, partial);
            }
          }),
        ]
      : []),
    ...(between
      ? [
          before(inner, "call", (x) => {
            tf.tidy(() => note("between its kernels", between(inner, x)));
          }),
        ]
      : []),
  ];
}

/** A layer with a cell. */
type Recurrence = Layer & { cell: object };

/** The layers with cells: the layer itself, or the two inside a Bidirectional one. */
function recurrencesIn(inner: Layer): Recurrence[] {
  const { forwardLayer, backwardLayer } = inner as unknown as Record<string, Layer | undefined>;
  return [inner, forwardLayer, backwardLayer].filter(
    (layer): layer is Recurrence => layer !== undefined && "cell" in layer,
  );
}

/** How layers join their inputs, one after the other. */
const partialJoins: Readonly<Record<string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor>> = {
  Add: tf.add,
  Average: tf.add,
  Multiply: tf.mul,
};

type Method = (...args: unknown[]) => unknown;

/** Has a function see the first argument of a method. */
function before(owner: object, name: string, see: (x: tf.Tensor) => void): () => void {
  return beforeAll(owner, name, ([x]) => see(x!));
}

/** Has a function see the tensors of the first argument of a method. */
function beforeAll(owner: object, name: string, see: (inputs: tf.Tensor[]) => void): () => void {
  return wrap(owner, name, (method) => (...args) => {
    tf.tidy(() => see([args[0] as tf.Tensor].flat()));
    return method(...args);
  });
}

/** Has a function see the results of a method. */
function afterAll(owner: object, name: string, see: (results: tf.Tensor[]) => void): () => void {
  return wrap(owner, name, (method) => (...args) => {
    const result = method(...args);
    see([result as tf.Tensor].flat());
    return result;
  });
}

/** Has a function see the first result of a method. */
function after(owner: object, name: string, see: (x: tf.Tensor) => void): () => void {
  return wrap(owner, name, (method) => (...args) => {
    const result = method(...args);
    see([result as tf.Tensor].flat()[0]!);
    return result;
  });
}

function wrap(owner: object, name: string, change: (method: Method) => Method): () => void {
  const methods = owner as Record<string, Method | undefined>;
  const isOwn = Object.hasOwn(owner, name);
  const method = methods[name]!;
  methods[name] = change(method.bind(owner));
  return () => {
    if (isOwn) methods[name] = method;
    else delete methods[name];
  };
}
