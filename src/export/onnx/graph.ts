import { type Attribute, attributeOf } from "./attributes.js";
import { bytesOf, type Constant, tensorOf } from "./constant.js";
import { type ElementType, elementTypes, type Messages } from "./schema.js";

/** @internal The size of an axis; a text names a size that is open. */
export type Dimension = number | string;

/** Constants of at most so many bytes are written once for all that are equal, such as zero points. */
const shared = 4096;

/** @internal An ONNX graph that grows node by node; a value is known by its name. */
export class OnnxGraph {
  readonly #nodes: Messages["NodeProto"][] = [];
  readonly #constants: Messages["TensorProto"][] = [];
  readonly #inputs: Messages["ValueInfoProto"][] = [];
  readonly #outputs: Messages["ValueInfoProto"][] = [];
  readonly #names = new Map<string, number>();
  readonly #equal = new Map<string, string>();

  /** Adds an input. */
  input(name: string, type: ElementType, dims: readonly Dimension[]): string {
    const value = this.#free(name);
    this.#inputs.push(valueInfo(value, type, dims));
    return value;
  }

  /** Adds a constant, whose name begins with `name`, or finds an equal one. */
  constant(name: string, constant: Constant): string {
    const bytes = bytesOf(constant);
    const key =
      bytes.length <= shared ? `${constant.type} ${constant.dims} ${bytes.join()}` : undefined;
    const equal = key && this.#equal.get(key);
    if (equal) return equal;
    const value = this.#free(name);
    this.#constants.push(tensorOf(value, constant, bytes));
    if (key) this.#equal.set(key, value);
    return value;
  }

  /** Adds a node, whose output's name begins with `name`; an input that is left out is "". */
  node(
    opType: string,
    inputs: readonly string[],
    name: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const value = this.#free(name);
    this.#nodes.push({
      input: [...inputs],
      output: [value],
      name: value,
      opType,
      attribute: Object.entries(attributes).map(([key, attribute]) => attributeOf(key, attribute)),
    });
    return value;
  }

  /** Makes a node's output an output of the graph, whose name is `name` if no other value has it. */
  output(value: string, name: string, dims: readonly Dimension[]): void {
    const isTaken = !this.#nodes.some(({ output }) => output[0] === value) || this.#isOutput(value);
    const output = isTaken
      ? this.node("Identity", [value], name)
      : this.#rename(value, this.#free(name));
    this.#outputs.push(valueInfo(output, "float", dims));
  }

  /** The graph's message. */
  message(name: string): Messages["GraphProto"] {
    return {
      node: this.#nodes,
      name,
      initializer: this.#constants,
      input: this.#inputs,
      output: this.#outputs,
    };
  }

  #isOutput(value: string): boolean {
    return this.#outputs.some(({ name }) => name === value);
  }

  #rename(value: string, name: string): string {
    for (const node of this.#nodes) {
      node.input = node.input.map((input) => (input === value ? name : input));
      if (node.output[0] === value) Object.assign(node, { output: [name], name });
    }
    return name;
  }

  /** The name, with a number behind it if a value has the name already. */
  #free(name: string): string {
    const count = this.#names.get(name) ?? 0;
    this.#names.set(name, count + 1);
    return count === 0 ? name : this.#free(`${name}_${count}`);
  }
}

function valueInfo(
  name: string,
  type: ElementType,
  dims: readonly Dimension[],
): Messages["ValueInfoProto"] {
  const dim = dims.map((size) =>
    typeof size === "number" ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
}
