import { checkOptionNames } from "../arguments/index.js";
import { citation } from "./citations.js";
import { clippedSte } from "./clippedSte.js";
import { dorefa } from "./dorefa.js";
import { type DsqOptions, dsq, dsqWith } from "./dsq.js";
import type { Estimator, TensorRole } from "./estimator.js";
import { type EwgsOptions, ewgs, ewgsWith } from "./ewgs.js";
import { lsq } from "./lsq.js";
import { lsqPlus } from "./lsqPlus.js";
import { noise } from "./noise.js";
import { none } from "./none.js";
import { pact } from "./pact.js";
import { pytorchLearnable } from "./pytorchLearnable.js";
import { ste } from "./ste.js";
import { stochastic } from "./stochastic.js";
import { tqt } from "./tqt.js";

/** The library's estimators, the default first. */
const library = {
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

/** The estimators with an option; a name such as `dsq(0.1)` says the option's value. */
const factories = {
  dsq: { option: "alpha", make: (alpha?: number) => dsqWith({ alpha }) },
  ewgs: { option: "delta", make: (delta?: number) => ewgsWith({ delta }) },
} as const;

const registered = new Map<string, Estimator>();

/** The name of an estimator of the library. */
export type EstimatorName = keyof typeof library;

/** An estimator of the library with its options in one object: `{ name: "dsq", alpha: 0.1 }`. */
export type NamedEstimator =
  | ({ name: "dsq" } & DsqOptions)
  | ({ name: "ewgs" } & EwgsOptions)
  | { name: Exclude<EstimatorName, keyof typeof factories> };

/**
 * How gradients pass through rounding: an estimator of the library by its name (`"lsq"`), by its name with options
 * (`{ name: "dsq", alpha: 0.1 }`), or an estimator of your own as an object.
 */
export type EstimatorChoice = EstimatorName | NamedEstimator | Estimator;

/**
 * The names of the library's estimators, the default first.
 *
 * @example
 * q.estimators.names().slice(0, 3); // [ "clippedSte", "none", "ste" ]
 */
export function names(): EstimatorName[] {
  return Object.keys(library) as EstimatorName[];
}

/**
 * Registers an estimator of your own under its name, so that a model that was saved with it can be loaded.
 * {@link prepare} needs no registration: it takes the estimator itself.
 *
 * @throws TypeError if `estimator` isn't an estimator, or if it has the name of one of the library
 * @example
 * q.estimators.register({ name: "half", source: "", backward: ({ dy }) => ({ x: dy.div(2) }) });
 * q.estimators.get("half").name; // "half"
 */
export function register(estimator: Estimator): void {
  checkEstimator(estimator);
  const { name } = estimator;
  if (Object.hasOwn(library, name) && library[name as EstimatorName] !== estimator) {
    throw new TypeError(
      `invalid name: ${name} (the library has an estimator of that name; expected another, as in { ...estimator, name: "my_${name}" })`,
    );
  }
  registered.set(name, estimator);
}

/** An estimator that cites its paper. */
export interface CitedEstimator extends Estimator {
  /** The paper as a BibTeX entry; a comment with the source of an estimator without a paper of its own. */
  cite(): string;
}

/**
 * An estimator of the library, or one that was registered, by its name. It cites its paper.
 *
 * @param choice a name, or a name with options
 * @throws TypeError if no estimator has the name, or if the estimator doesn't have an option; RangeError if an
 *   option's value is out of bounds
 * @example
 * q.estimators.get("lsq").source; // "Esser et al. 2020, arXiv:1902.08153, equations 3 and 5"
 * q.estimators.get({ name: "dsq", alpha: 0.1 }).name; // "dsq(0.1)"
 * @example
 * q.estimators.get("lsq").cite().split("\n")[0]; // "@inproceedings{esser2020learned,"
 */
export function get(choice: EstimatorName | NamedEstimator | (string & {})): CitedEstimator {
  return cited(named(choice));
}

/** Copies of an estimator, by which people begin their own, don't take `cite` along: it isn't enumerable. */
function cited(estimator: Estimator): CitedEstimator {
  if ("cite" in estimator) return estimator as CitedEstimator;
  const target = Object.isExtensible(estimator) ? estimator : Object.create(estimator);
  return Object.defineProperty(target, "cite", { value: () => citation(estimator) });
}

function named(choice: EstimatorName | NamedEstimator | (string & {})): Estimator {
  if (typeof choice === "object" && choice !== null) return withOptions(choice);
  if (Object.hasOwn(library, choice)) return library[choice as EstimatorName];
  const estimator = registered.get(choice) ?? withValue(choice);
  if (estimator) return estimator;
  throw new TypeError(
    `invalid estimator: ${choice} (expected ${names().join(", ")}, as in { estimator: "lsq" }, or one that q.estimators.register(estimator) made known)`,
  );
}

function withOptions({ name, ...options }: NamedEstimator): Estimator {
  const factory = Object.hasOwn(factories, name)
    ? factories[name as keyof typeof factories]
    : undefined;
  if (!factory) get(name);
  checkOptionNames(name, options, factory ? [factory.option] : []);
  return factory ? factory.make((options as Record<string, number>)[factory.option]) : get(name);
}

/** An estimator whose name says its option's value, as a saved model keeps it. */
function withValue(name: string): Estimator | undefined {
  const [, base, value] = /^(dsq|ewgs)\((.+)\)$/.exec(String(name)) ?? [];
  return base ? factories[base as keyof typeof factories].make(Number(value)) : undefined;
}

/**
 * @internal
 * The estimator for weights or activations: the chosen one, or the clipped straight-through estimator where
 * the chosen one isn't made for them.
 *
 * @throws TypeError if no estimator has the name, or if an object isn't an estimator
 */
export function estimatorFor(choice: EstimatorChoice, role: TensorRole): Estimator {
  const estimator = chosen(choice);
  return estimator.roles && !estimator.roles.includes(role) ? clippedSte : estimator;
}

/** @internal The estimator that a user chose. @throws TypeError, RangeError as {@link estimatorFor} */
export function chosen(choice: EstimatorChoice): Estimator {
  const isNamed = typeof choice === "object" && choice !== null && !("backward" in choice);
  const estimator =
    typeof choice === "string" || (isNamed && typeof choice.name === "string")
      ? get(choice as EstimatorName | NamedEstimator)
      : (choice as Estimator);
  checkEstimator(estimator);
  return estimator;
}

function checkEstimator(estimator: Estimator): void {
  const { name, forward, backward } = estimator ?? {};
  const forwards = forward === undefined || typeof forward === "function";
  if (typeof name === "string" && name && forwards && typeof backward === "function") return;
  throw new TypeError(
    `invalid estimator: ${String(estimator)} (expected { name, source, backward({ dy, x, value, grid, parameters }) }, as in { name: "half", source: "", backward: ({ dy }) => ({ x: dy.div(2) }) })`,
  );
}
