import type { KernelSignature } from "../call.js";

/**
 * @internal
 * A JavaScript expression of the values of a kernel's inputs, in the order of the kernel's calls, and of its attributes.
 */
export type Formula = (inputs: string[], attrs: Record<string, number>) => string;

const binary =
  (operator: string): Formula =>
  ([a, b]) =>
    `${a} ${operator} ${b}`;
const compared =
  (operator: string): Formula =>
  ([a, b]) =>
    `${a} ${operator} ${b} ? 1 : 0`;
const called =
  (name: string): Formula =>
  (inputs) =>
    `${name}(${inputs})`;

/** The formulas of tfjs's kernels on float32 values, in double precision; the result is rounded to its dtype. */
const ofFloats: Record<string, Formula> = {
  Relu: ([x]) => `Math.max(0, ${x})`,
  Relu6: ([x]) => `Math.min(Math.max(0, ${x}), 6)`,
  Elu: ([x]) => `${x} >= 0 ? ${x} : Math.exp(${x}) - 1`,
  Step: ([x], { alpha }) => `${x} > 0 ? 1 : ${x} !== ${x} ? NaN : ${number(alpha!)}`,
  ClipByValue: ([x], { clipValueMin: least, clipValueMax: most }) =>
    `${x} > ${number(most!)} ? ${number(most!)} : ${x} < ${number(least!)} ? ${number(least!)} : ${x}`,
  Floor: called("Math.floor"),
  Ceil: called("Math.ceil"),
  Sign: ([x]) => `${x} < 0 ? -1 : ${x} > 0 ? 1 : 0`,
  Neg: ([x]) => `-${x}`,
  Abs: called("Math.abs"),
  Square: ([x]) => `${x} * ${x}`,
  Sqrt: called("Math.sqrt"),
  Rsqrt: ([x]) => `1 / Math.sqrt(${x})`,
  Reciprocal: ([x]) => `1 / ${x}`,
  Exp: called("Math.exp"),
  Log: called("Math.log"),
  Sigmoid: ([x]) => `1 / (1 + Math.exp(-${x}))`,
  Tanh: called("Math.tanh"),
};

/** The formulas of kernels on numbers of any dtype. */
const ofNumbers: Record<string, Formula> = {
  Add: binary("+"),
  Sub: binary("-"),
  Multiply: binary("*"),
  Pow: binary("**"),
  Maximum: called("Math.max"),
  Minimum: called("Math.min"),
  SquaredDifference: ([a, b]) => `(${a} - ${b}) * (${a} - ${b})`,
  Greater: compared(">"),
  GreaterEqual: compared(">="),
  Less: compared("<"),
  LessEqual: compared("<="),
  Equal: compared("==="),
  NotEqual: compared("!=="),
  LogicalAnd: binary("&&"),
  LogicalOr: binary("||"),
  LogicalNot: ([x]) => `${x} ? 0 : 1`,
};

/** Kernels whose results don't depend on their inputs' values. */
const ofNothing: Record<string, Formula> = {
  Fill: (_, { value }) => number(value!),
  ZerosLike: () => "0",
  OnesLike: () => "1",
};

/** @internal Whether a kernel reads values at all. */
export function readsValues(name: string): boolean {
  return !Object.hasOwn(ofNothing, name);
}

/** Kernels that compute each value by itself in some of their calls only. */
const inSomeCalls: Record<string, (signature: KernelSignature) => Formula | undefined> = {
  Cast: ({ attrs }) => (attrs.dtype === "bool" ? ([x]) => `${x} !== 0 ? 1 : 0` : ([x]) => x!),
  Select: ({ inputs: [condition, yes] }) =>
    String(condition!.shape) === String(yes!.shape)
      ? ([condition, yes, no]) => `${condition} === 1 ? ${yes} : ${no}`
      : undefined,
  RealDiv: ({ inputs: [a] }) => (a!.dtype === "float32" ? binary("/") : undefined),
  // Repeated along axes of length 1 only, a tensor is broadcast.
  Tile: ({ inputs: [x], attrs }) =>
    (attrs.reps as number[]).every((times, axis) => times === 1 || x!.shape[axis] === 1)
      ? ([x]) => x!
      : undefined,
  AddN: ({ inputs }) =>
    inputs.every(({ dtype }) => dtype === "float32")
      ? (inputs) => inputs.reduce((sum, x) => `Math.fround(${sum} + ${x})`, "0")
      : undefined,
  FusedBatchNorm: batchNormalization,
};

function batchNormalization({ inputs, attrs }: KernelSignature): Formula | undefined {
  const keys = inputs.map(({ key }) => key);
  const x = inputs[keys.indexOf("x")]!;
  const perChannel = ({ shape }: { shape: number[] }) =>
    shape.length === 1 && shape[0] === x.shape.at(-1);
  if (!inputs.every((input) => input.dtype === "float32" && (input === x || perChannel(input))))
    return undefined;
  const epsilon = number((attrs.varianceEpsilon as number | undefined) ?? 0.001);
  return (values) => {
    const of = (key: string, missing: string) => values[keys.indexOf(key)] ?? missing;
    const scaled = `(${of("x", "")} - ${of("mean", "")}) * ${of("scale", "1")}`;
    return `${of("offset", "0")} + ${scaled} / Math.sqrt(${of("variance", "")} + ${epsilon})`;
  };
}

/** @internal The formula of a call that computes each value of its result by itself; `undefined` for another call. */
export function formulaOf(name: string, signature: KernelSignature): Formula | undefined {
  const { inputs } = signature;
  if (Object.hasOwn(ofFloats, name)) {
    const known = inputs.length === 1 && inputs[0]!.dtype === "float32";
    return known ? ofFloats[name] : undefined;
  }
  if (Object.hasOwn(inSomeCalls, name)) return inSomeCalls[name]!(signature);
  if (Object.hasOwn(ofNothing, name)) return ofNothing[name];
  return Object.hasOwn(ofNumbers, name) ? ofNumbers[name] : undefined;
}

/** @internal A number as a JavaScript expression. */
export function number(value: number): string {
  return Object.is(value, -0) ? "(-0)" : value < 0 ? `(${value})` : String(value);
}
