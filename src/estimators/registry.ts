import { clippedSte } from "./clippedSte.js";
import { dorefa } from "./dorefa.js";
import { dsq } from "./dsq.js";
import type { Estimator, TensorRole } from "./estimator.js";
import { ewgs } from "./ewgs.js";
import { lsq } from "./lsq.js";
import { lsqPlus } from "./lsqPlus.js";
import { noise } from "./noise.js";
import { none } from "./none.js";
import { pact } from "./pact.js";
import { pytorchLearnable } from "./pytorchLearnable.js";
import { ste } from "./ste.js";
import { stochastic } from "./stochastic.js";
import { tqt } from "./tqt.js";

/** The default first. */
const own = {
  clippedSte,
  none,
  ste,
  lsq,
  lsqPlus,
  pact,
  tqt,
  dorefa,
  ewgs,
  dsq,
  stochastic,
  noise,
  pytorchLearnable,
};

const registered = new Map<string, Estimator>(Object.entries(own));

/** The name of an estimator of the library. */
export type EstimatorName = keyof typeof own;

/**
 * The names of all estimators, one's own that were registered last.
 *
 * @example
 * q.estimators.names().slice(0, 3); // [ "clippedSte", "none", "ste" ]
 */
export function names(): string[] {
  return [...registered.keys()];
}

/**
 * Makes an estimator known by its name, so that {@link prepare} takes the name, and a model that was saved
 * with it can be loaded.
 *
 * @throws TypeError for what isn't an estimator, or has the name of one of the library
 * @example
 * const { forward } = q.estimators.get("ste");
 * q.estimators.register({ name: "half", source: "", forward, backward: (dy) => ({ x: dy.div(2) }) });
 * q.estimators.names().at(-1); // "half"
 */
export function register(estimator: Estimator): void {
  checkEstimator(estimator);
  const { name } = estimator;
  if (Object.hasOwn(own, name) && own[name as EstimatorName] !== estimator) {
    throw new TypeError(
      `invalid name: ${name} (the library has an estimator of that name; expected another, as in { ...estimator, name: "my_${name}" })`,
    );
  }
  registered.set(name, estimator);
}

/**
 * An estimator by its name.
 *
 * @throws TypeError for an unknown one
 * @example
 * q.estimators.get("lsq").source; // "Esser et al. 2020, arXiv:1902.08153, equations 3 and 5"
 */
export function get(name: string): Estimator {
  const found = registered.get(name);
  if (found) return found;
  throw new TypeError(
    `invalid estimator: ${name} (expected ${names().join(", ")}, as in { estimator: "lsq" }, or one that q.estimators.register(estimator) made known)`,
  );
}

/**
 * @internal
 * The estimator for weights or activations: the given one, or the clipped straight-through estimator where
 * it isn't made for them.
 *
 * @throws TypeError for an unknown name, or for what isn't an estimator
 */
export function estimatorFor(estimator: string | Estimator, role: TensorRole): Estimator {
  const given = typeof estimator === "string" ? get(estimator) : estimator;
  checkEstimator(given);
  return given.roles && !given.roles.includes(role) ? clippedSte : given;
}

function checkEstimator(estimator: Estimator): void {
  const { name, forward, backward } = estimator ?? {};
  if (
    typeof name === "string" &&
    name &&
    typeof forward === "function" &&
    typeof backward === "function"
  )
    return;
  throw new TypeError(
    `invalid estimator: ${String(estimator)} (expected { name, source, forward(x, parameters, context, range), backward(dy, x, parameters, context, { range, value }) })`,
  );
}
