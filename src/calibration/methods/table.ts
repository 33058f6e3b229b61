import { checkOptionNames } from "../../arguments/index.js";
import { aciq } from "./aciq.js";
import { kl } from "./kl.js";
import type { Method, MethodDefinition } from "./method.js";
import { minmax } from "./minmax.js";
import { movingAverage } from "./movingAverage.js";
import { octav } from "./octav.js";
import { percentile } from "./percentile.js";
import { mse } from "./search.js";
import { sigma } from "./sigma.js";

/**
 * The methods, each in a file of its own, by the names that users write. Types, messages and the boards' lists
 * follow from this table.
 */
const methods = { minmax, movingAverage, percentile, sigma, mse, kl, aciq, octav };

/** The name of a method. */
export type MethodName = keyof typeof methods;

/** The options of each method, by its name; all have a default. */
export type MethodOptions = {
  [Name in MethodName]: (typeof methods)[Name] extends MethodDefinition<infer Options>
    ? Options
    : never;
};

/** A method with its options in one object: `{ name: "percentile", percentile: 99.9 }`. */
export type NamedMethod = {
  [Name in MethodName]: { name: Name } & MethodOptions[Name];
}[MethodName];

/** The names of all methods. */
const methodNames = Object.keys(methods) as MethodName[];

/**
 * @internal
 * A method by its name and options.
 *
 * @throws TypeError if no method has the name, or if the method doesn't have an option; RangeError if the
 *   option's value is invalid
 */
export function methodNamed({ name, ...options }: NamedMethod): Method {
  if (!Object.hasOwn(methods, name)) {
    throw new TypeError(
      `invalid method: ${String(name)} (expected ${methodNames.slice(0, -1).join(", ")} or ${methodNames.at(-1)}, as in { method: "mse" })`,
    );
  }
  const { options: names, make } = methods[name] as MethodDefinition<any>;
  checkOptionNames(name, options, names);
  return make(options);
}
