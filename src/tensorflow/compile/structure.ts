import { tf } from "../tf.js";

/** Tensors, alone or in arrays and records of any depth. */
export type Tensors = tf.Tensor | readonly Tensors[] | { readonly [name: string]: Tensors };

/** @internal The tensors of a value, in their order. */
export function flatten(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value];
  if (isContainer(value)) return Object.values(value).flatMap(flatten);
  return [];
}

/** @internal A text that decides which graph is used: shapes, dtypes, and all arguments that aren't tensors. */
export function signature(value: unknown): string {
  if (value instanceof tf.Tensor) return `${value.dtype}[${value.shape}]`;
  if (Array.isArray(value)) return `[${value.map(signature)}]`;
  if (isContainer(value)) {
    return `{${Object.entries(value).map(([name, item]) => `${name}:${signature(item)}`)}}`;
  }
  return `${typeof value} ${String(value)}`;
}

/**
 * @internal
 * A text that decides which graph is used where arguments share their memory, as `x` and `x.clone()` do: a trace can't
 * tell them apart, and its graph would read one of them for both. Empty if none do.
 */
export function sharing(tensors: readonly tf.Tensor[]): string {
  const firsts = new Map<object, number>();
  tensors.forEach(({ dataId }, i) => {
    if (!firsts.has(dataId)) firsts.set(dataId, i);
  });
  if (firsts.size === tensors.length) return "";
  return ` shared ${tensors.map(({ dataId }) => firsts.get(dataId))}`;
}

/** @internal Puts other tensors into the form of a value. */
export function rebuild(form: Tensors, tensors: readonly tf.Tensor[]): Tensors {
  let next = 0;
  const build = (form: Tensors): Tensors => {
    if (form instanceof tf.Tensor) return tensors[next++]!;
    if (Array.isArray(form)) return form.map(build);
    const entries = Object.entries(form as Record<string, Tensors>);
    return Object.fromEntries(entries.map(([name, item]) => [name, build(item)]));
  };
  return build(form);
}

/** @internal @throws TypeError if the result isn't made of tensors alone */
export function checkTensors(value: unknown): asserts value is Tensors {
  const wrong = firstOther(value);
  if (!wrong) {
    if (flatten(value).length > 0) return;
    throw new TypeError(
      `q.compile: the function returned no tensor, but ${show(value)} (expected a tensor, or an array or a record of tensors): return the loss, for example`,
    );
  }
  const promise = wrong.value instanceof Promise;
  throw new TypeError(
    `q.compile: the function returned ${wrong.path}${show(wrong.value)} (expected a tensor, or an array or a record of tensors): ` +
      (promise
        ? "an async function can't be compiled; compile what it does between two awaits"
        : "return the loss, for example"),
  );
}

function firstOther(value: unknown, path = ""): { path: string; value: unknown } | undefined {
  if (value instanceof tf.Tensor) return undefined;
  if (!isContainer(value)) return { path, value };
  for (const [name, item] of Object.entries(value)) {
    const other = firstOther(item, `${path}${name}: `);
    if (other) return other;
  }
  return undefined;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  if (Array.isArray(value)) return true;
  return (
    typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function show(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  if (Array.isArray(value)) return "an empty array";
  if (isContainer(value)) return "an empty record";
  return String(value);
}
