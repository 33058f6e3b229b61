import { eagerTwin, runEagerly } from "../tensorflow/compile/eager.js";
import { compile, type tf } from "../tensorflow/index.js";
import type { FitOptions } from "./options.js";
import type { Measurement } from "./step.js";

/** @internal A training's steps, as native calls or as they are. */
export interface Runner {
  run: Measurement;
  /** A step as it is, which isn't counted. */
  runOnce: Measurement;
  /** Runs a function as it is, with the random numbers of the next step. */
  eagerly<T>(fn: () => T): T;
  /** How many steps were taken: it decides what the next one draws at random. */
  count: number;
  /** Whether reading the variables and writing them back leaves the next steps as they would be. */
  readonly exact: boolean;
  /** How often {@link run} was called for each batch size since the layers' modes last changed, up to 3. */
  readonly calls: Record<number, number>;
  dispose(): void;
}

/** From so many steps on the time that a graph saves is more than what making it takes. */
const worthCompiling = 20;

/** So many calls of a shape make its graph: the first may make an optimizer's slots. */
const tracing = 3;

/**
 * @internal
 * A step as one native call, or as it is, with the same random numbers. Where a layer's mode
 * changes, the next step is another graph.
 *
 * @param options `steps`, of the whole training; `compile`, `rewrite` and `seed` as in {@link fit}
 * @throws TypeError for options that are neither true nor false
 */
export function makeRunner(
  model: tf.LayersModel,
  step: Measurement,
  {
    steps,
    compile: wanted = true,
    rewrite = true,
    seed = 0,
  }: Pick<FitOptions, "compile" | "rewrite" | "seed"> & { steps: number },
): Runner {
  for (const [name, value] of Object.entries({ compile: wanted, rewrite })) {
    if (typeof value === "boolean") continue;
    throw new TypeError(`invalid ${name}: ${value} (expected true or false)`);
  }
  const compiles = wanted && steps >= worthCompiling;
  const keyed = (inputs: tf.Tensor[], targets: tf.Tensor[], _modes: string) =>
    step(inputs, targets);
  const options = { seed, step: () => runner.count };
  const taken = compiles ? compile(keyed, { rewrite, ...options }) : eagerTwin(keyed, options);
  let modes = modesOf(model);
  let calls: Record<number, number> = {};
  const runner: Runner = {
    count: 0,
    exact: !compiles || !rewrite,
    get calls() {
      return modesOf(model) === modes ? calls : {};
    },
    run(inputs, targets) {
      const now = modesOf(model);
      if (now !== modes) calls = {};
      modes = now;
      const size = inputs[0]!.shape[0]!;
      calls[size] = Math.min((calls[size] ?? 0) + 1, tracing);
      runner.count++;
      return taken(inputs, targets, modes);
    },
    runOnce: (inputs, targets) => runner.eagerly(() => step(inputs, targets)),
    eagerly: (fn) => runEagerly(fn, { seed, step: runner.count + 1 }),
    dispose: () => taken.dispose(),
  };
  return runner;
}

/** What a layer says of the mode it is in, where that decides which ops it runs. */
function modesOf(model: tf.LayersModel): string {
  return model.layers.map((layer) => (layer as { traceKey?: string }).traceKey ?? "").join();
}
