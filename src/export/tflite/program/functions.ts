import type { TableFunction, TableOp } from "../../../integer/index.js";
import type { OperatorName } from "../schema/enums.js";
import { type OperatorOptions, withOptions } from "../schema/options.js";
import { isLookedUp, writeLookUp } from "./lookUp.js";
import { refuse } from "./refuse.js";
import type { Translation } from "./translation.js";

/** Functions that are one operator. */
const operators: Partial<Record<TableFunction, OperatorName>> = {
  sigmoid: "LOGISTIC",
  tanh: "TANH",
  gelu: "GELU",
  exp: "EXP",
  elu: "ELU",
};

/** Functions that are several operators on floats. */
const compositions: Partial<Record<TableFunction, typeof swish>> = { swish, hardSigmoid };

/** A function of each number. */
export function tableFunction(op: TableOp, output: number, translation: Translation): void {
  if (isLookedUp(op, translation)) {
    writeLookUp(op, output, translation);
    return;
  }
  const code = operators[op.function];
  const inputs = translation.all(op.inputs);
  if (code) {
    translation.write(output, { code, inputs });
    return;
  }
  const compose = compositions[op.function];
  if (!compose) {
    throw refuse(
      op.layer,
      `TensorFlow Lite has no operator for ${op.function} of floats`,
      `use ${[...Object.keys(operators), ...Object.keys(compositions)].join(", ")}, relu or leakyRelu in its place, or write the model with integers, whose functions are tables`,
    );
  }
  compose(op, inputs[0]!, output, translation);
}

/** x · sigmoid(x) */
function swish(op: TableOp, x: number, output: number, translation: Translation): void {
  const sigmoid = between(op, "sigmoid", translation);
  translation.write(sigmoid, { code: "LOGISTIC", inputs: [x] });
  const options = withOptions("MulOptions", {});
  translation.write(output, { code: "MUL", inputs: [x, sigmoid], options });
}

/** x / 5 + ½, clamped to 0 … 1, as tfjs has it. */
function hardSigmoid(op: TableOp, x: number, output: number, translation: Translation): void {
  const steps: [OperatorName, number, OperatorOptions?][] = [
    ["MUL", 0.2, withOptions("MulOptions", {})],
    ["ADD", 0.5, withOptions("AddOptions", {})],
    ["MAXIMUM", 0],
    ["MINIMUM", 1],
  ];
  let input = x;
  for (const [i, [code, value, options]] of steps.entries()) {
    const name = `${op.layer}/${code.toLowerCase()}`;
    const data = Float32Array.of(value);
    const constant = translation.draft.tensor({ name, shape: [1], type: "FLOAT32", data });
    const result = i === steps.length - 1 ? output : between(op, `step${i}`, translation);
    translation.write(result, { code, inputs: [input, constant], options });
    input = result;
  }
}

/** A tensor between two operators of a function. */
function between({ layer, output }: TableOp, name: string, translation: Translation): number {
  const shape = translation.shapeOf(output);
  return translation.draft.tensor({ name: `${layer}/${name}`, shape, type: "FLOAT32" });
}
