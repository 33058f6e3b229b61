import type { Operation } from "../../compile/values.js";
import { signatureOf } from "../call.js";
import { dtypeNamed } from "../dtypes.js";
import { formulaOf, readsValues } from "./elementwise.js";
import type { Group } from "./group.js";
import { commonAxes, isSingle, type Layout, layoutOf, stepsAlong } from "./layout.js";
import { reductionOf } from "./reduction.js";

/** @internal A loop as a program, and the values and numbers that it is called with. */
export interface Loop {
  source: string;
  /** The values that are read and written, in the order of the program's arrays. */
  reads: number[];
  writes: number[];
  /** The lengths of the axes, and the steps of the arrays that are broadcast. */
  numbers: number[];
  /** How many sums each of the program's reductions has. */
  sums: number[];
}

/**
 * @internal
 * Writes the loop of a group of ops: all of them for one element, then for the next. Results are rounded as they would
 * be in memory; only those that others read are written to memory.
 *
 * @param needed whether a value is read outside of the group
 */
export function loopOf(group: Group, needed: (id: number) => boolean): Loop {
  const lengths = commonAxes(group.layouts, group.size)!;
  const writer = new Writer(lengths);
  for (const operation of group.operations) writer.add(operation, needed);
  return writer.loop();
}

class Writer {
  private readonly reads: number[] = [];
  private readonly writes: number[] = [];
  private readonly steps: number[] = [];
  private readonly locals = new Map<string, string>();
  private readonly before: string[] = [];
  private readonly body: string[] = [];
  private readonly aroundInner: { before: string[]; after: string[] } = { before: [], after: [] };
  private readonly after: string[] = [];
  private readonly sums: number[] = [];
  private readonly addresses = new Map<string, string>();

  constructor(private readonly lengths: number[]) {}

  add(operation: Operation, needed: (id: number) => boolean): void {
    const signature = signatureOf(operation);
    const [output] = operation.outputs;
    if (reductionOf(operation.name, signature)) {
      this.addSum(operation);
      return;
    }
    const inputs = readsValues(operation.name) ? signature.inputs : [];
    const values = inputs.map(({ shape }, i) =>
      this.read(operation.inputs[i] as number, layoutOf(shape, output!.shape)),
    );
    const formula = formulaOf(operation.name, signature)!;
    const name = `v${this.locals.size}`;
    this.locals.set(`${output!.id}`, name);
    const rounded = round(formula(values, signature.attrs as never), dtypeNamed(output!.dtype));
    this.body.push(`const ${name} = ${rounded};`);
    if (!needed(output!.id)) return;
    this.body.push(`w${this.writes.length}[i] = ${name};`);
    this.writes.push(output!.id);
  }

  /** A reduction, whose sums are read by later steps only. */
  private addSum(operation: Operation): void {
    const signature = signatureOf(operation);
    const { layout, term } = reductionOf(operation.name, signature)!;
    const [input] = signature.inputs;
    const value = this.read(operation.inputs[0] as number, layoutOf(input!.shape, input!.shape));
    const write = `w${this.writes.push(operation.outputs[0]!.id) - 1}`;
    const number = this.sums.push(operation.outputs[0]!.shape.reduce((a, b) => a * b, 1)) - 1;
    const [sum, sums] = [`t${number}`, `q${number}`];
    const steps = stepsAlong(layout, this.lengths);
    if (isSingle(layout)) {
      this.before.push(`let ${sum} = 0;`);
      this.body.push(`${sum} += ${term(value)};`);
      this.after.push(`${write}[0] = ${sum};`);
      return;
    }
    this.before.push(`const ${sums} = q[${number}].fill(0);`);
    const place = this.index(steps);
    if (steps.at(-1) === 0) {
      // A sum stays in a register while the innermost loop runs.
      this.aroundInner.before.push(`let ${sum} = ${sums}[${place}];`);
      this.body.push(`${sum} += ${term(value)};`);
      this.aroundInner.after.push(`${sums}[${place}] = ${sum};`);
    } else this.body.push(`${sums}[${place}] += ${term(value)};`);
    this.after.push(`for (let k = 0; k < ${sums}.length; k++) ${write}[k] = ${sums}[k];`);
  }

  loop(): Loop {
    const { lengths, reads, writes } = this;
    const inner = Math.max(0, lengths.length - 1);
    const opened = lengths.map(
      (_, axis) => `for (let x${axis} = 0; x${axis} < n${axis}; x${axis}++) {`,
    );
    const source = [
      ...reads.map((_, k) => `const r${k} = r[${k}];`),
      ...writes.map((_, k) => `const w${k} = w[${k}];`),
      ...lengths.map((_, axis) => `const n${axis} = n[${axis}];`),
      ...this.steps.map((_, k) => `const s${k} = n[${lengths.length + k}];`),
      ...this.before,
      "let i = 0;",
      ...opened.slice(0, inner),
      ...this.addresses.values(),
      ...this.aroundInner.before,
      ...opened.slice(inner),
      ...this.body,
      "i++;",
      ...opened.slice(inner).map(() => "}"),
      ...this.aroundInner.after,
      "}".repeat(inner),
      ...this.after,
    ].join("\n");
    return { source, reads, writes, numbers: [...lengths, ...this.steps], sums: this.sums };
  }

  /** The local constant with an element of a value. */
  private read(id: number, layout: Layout): string {
    const made = this.locals.get(`${id}`);
    if (made) return made;
    const steps = stepsAlong(layout, this.lengths);
    const key = `${id} ${steps}`;
    const known = this.locals.get(key);
    if (known) return known;
    const name = `v${this.locals.size}`;
    this.locals.set(key, name);
    const array = this.array(id);
    if (isSingle(layout)) this.before.push(`const ${name} = ${array}[0];`);
    else this.body.push(`const ${name} = ${array}[${this.index(steps)}];`);
    return name;
  }

  private array(id: number): string {
    const known = this.reads.indexOf(id);
    return `r${known >= 0 ? known : this.reads.push(id) - 1}`;
  }

  /** The place of an element, as a sum of counters times steps. */
  private index(steps: number[]): string {
    const size = this.lengths.toReversed();
    let inner = 1;
    const plain = steps.toReversed().every((step, axis) => {
      const expected = inner;
      inner *= size[axis]!;
      return step === expected;
    });
    if (plain) return "i";
    const key = String(steps);
    const last = steps.length - 1;
    if (!this.addresses.has(key)) {
      const terms = steps
        .slice(0, last)
        .flatMap((step, axis) => (step === 0 ? [] : [`x${axis} * ${this.step(step)}`]));
      this.addresses.set(key, `const a${this.addresses.size} = ${terms.join(" + ") || "0"};`);
    }
    const number = [...this.addresses.keys()].indexOf(key);
    const step = steps[last]!;
    if (step === 0) return `a${number}`;
    return step === 1 ? `a${number} + x${last}` : `a${number} + x${last} * ${this.step(step)}`;
  }

  private step(step: number): string {
    return `s${this.steps.push(step) - 1}`;
  }
}

/** The value of an expression as it would be read back from memory. */
function round(expression: string, dtype: string): string {
  if (dtype === "int32") return `(${expression}) | 0`;
  return dtype === "bool" ? `(${expression}) & 255` : `Math.fround(${expression})`;
}
