import type { KernelSignature } from "../call.js";

/** A JavaScript expression of the values of a kernel's inputs, in the order of the kernel's calls, and of its attributes. */
type Formula = (inputs: string[], attrs: Record<string, number>) => string;

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
  RealDiv: binary("/"),
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
  Select: ([condition, yes, no]) => `${condition} === 1 ? ${yes} : ${no}`,
  Cast: ([x]) => x!,
};

/** @internal The formula of a call that computes each value of its result by itself; `undefined` for another call. */
export function formulaOf(name: string, signature: KernelSignature): Formula | undefined {
  const { inputs, attrs } = signature;
  if (Object.hasOwn(ofFloats, name)) {
    const known = inputs.length === 1 && inputs[0]!.dtype === "float32";
    return known ? ofFloats[name] : undefined;
  }
  if (name === "Cast")
    return attrs.dtype === "bool" ? ([x]) => `${x} !== 0 ? 1 : 0` : ofNumbers.Cast;
  if (name === "Select") {
    const [condition, yes] = inputs;
    if (String(condition!.shape) !== String(yes!.shape)) return undefined;
  }
  if (name === "RealDiv" && inputs[0]!.dtype !== "float32") return undefined;
  return Object.hasOwn(ofNumbers, name) ? ofNumbers[name] : undefined;
}

/** @internal A number as a JavaScript expression. */
export function number(value: number): string {
  return Object.is(value, -0) ? "(-0)" : value < 0 ? `(${value})` : String(value);
}
