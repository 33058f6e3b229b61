import { type Fields, isFields, type Json } from "./json.js";

/** @internal One of the tensors that a call of a layer returns. */
export interface Ref {
  layer: string;
  /** Which of the layer's calls. */
  node: number;
  /** Which of the tensors that the call returns. */
  port: number;
  /** The tensor's shape, if the file says it. */
  shape?: Json;
}

/** @internal A call of a layer in a functional model. */
export interface Call {
  /** The tensors that are passed by place. */
  inputs: Ref[];
  /** The values that are passed by place and aren't tensors. */
  constants: Json[];
  /** The tensors or other values that are passed by name. */
  named: Record<string, Ref[] | Json>;
}

/** @internal The references in a list, or the single reference, as `["x", 0, 0]`. */
export function refsOf(value: Json | undefined, where: string): Ref[] {
  if (Array.isArray(value) && typeof value[0] === "string") return [refOf(value, where)];
  if (Array.isArray(value)) return value.map((one) => refOf(one, where));
  throw new Error(
    `${where} are ${JSON.stringify(value)?.slice(0, 100)} (expected a list, as in [["x", 0, 0]])`,
  );
}

function refOf(value: Json, where: string): Ref {
  const [layer, node, port] = Array.isArray(value) ? value : [];
  const whole = (index: unknown): index is number =>
    Number.isSafeInteger(index) && (index as number) >= 0;
  if (typeof layer === "string" && whole(node) && whole(port)) return { layer, node, port };
  throw new Error(
    `${where}: ${JSON.stringify(value)?.slice(0, 100)} isn't a tensor (expected a layer and two indices, as in ["x", 0, 0])`,
  );
}

/**
 * @internal
 * The calls of a layer. Keras 3 writes each as arguments in which tensors stand; Keras 2 and TensorFlow.js write a list of
 * references for each call.
 */
export function callsOf(nodes: Json, where: string): Call[] {
  if (!Array.isArray(nodes)) throw new Error(`${where} has no list of calls (the file is damaged)`);
  return nodes.map((node) => {
    if (isFields(node)) return callOf(node, where);
    const inputs = Array.isArray(node) && typeof node[0] === "string" ? [node] : node;
    if (!Array.isArray(inputs))
      throw new Error(`${where} is called by ${JSON.stringify(node)} (the file is damaged)`);
    const named = inputs.map((input) => (Array.isArray(input) ? (input[3] ?? {}) : {}));
    return {
      inputs: inputs.map((input) => refOf(Array.isArray(input) ? input.slice(0, 3) : input, where)),
      constants: [],
      named: Object.assign({}, ...named.map((one) => argumentsOf(isFields(one) ? one : {}, where))),
    };
  });
}

function callOf({ args = [], kwargs = {} }: Fields, where: string): Call {
  const [inputs, constants]: [Ref[], Json[]] = [[], []];
  for (const value of flat(args)) {
    if (isTensor(value)) inputs.push(tensorRef(value, where));
    else if (value !== null) constants.push(value);
  }
  return { inputs, constants, named: argumentsOf(isFields(kwargs) ? kwargs : {}, where) };
}

function argumentsOf(kwargs: Fields, where: string): Call["named"] {
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, value]) => {
      const values = flat(value);
      const tensors = values.length > 0 && values.every(isTensor);
      return [name, tensors ? values.map((one) => tensorRef(one as Fields, where)) : value];
    }),
  );
}

function isTensor(value: Json): value is Fields {
  return isFields(value) && value.class_name === "__keras_tensor__";
}

function tensorRef({ config }: Fields, where: string): Ref {
  if (!isFields(config!)) return refOf(null, where);
  const { keras_history: history = null, shape = null } = config;
  return { ...refOf(history, where), ...(shape !== null && { shape }) };
}

function flat(value: Json): Json[] {
  return Array.isArray(value) ? value.flatMap(flat) : [value];
}
