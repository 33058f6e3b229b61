import vm from "node:vm";
import fc from "fast-check";
import ts from "typescript";
import { expect, test } from "vitest";
import { folder } from "../folder.js";
import { Notebook } from "../notebook.js";

/** Writes random statements over numbers; each refers only to what the statements before it declare. */
class Program {
  readonly variables: string[] = [];
  readonly constants: string[] = [];
  readonly functions: string[] = [];
  private count = 0;
  /** Names that the statement at hand declares: known only to those after it. */
  private readonly declared: { list: string[]; name: string }[] = [];

  constructor(private readonly choose: (below: number) => number) {}

  statement(): string {
    const { choose } = this;
    const set = () => this.pick(this.variables);
    const value = () => this.value(2);
    const forms = [
      () => `let ${this.declare()} = ${value()};`,
      () => `let ${this.declare()} = ${value()}, ${this.declare()} = ${value()};`,
      () => this.constant(),
      () => `var ${this.declare()} = ${value()};`,
      () =>
        `const { p: ${this.addConstant()}, q: [${this.addConstant()}] } = { p: ${value()}, q: [${value()}] };`,
      () => `let { r: ${this.declare()} = ${value()} } = {} as any;`,
      () => `${set()} = ${value()};`,
      () => `${set()} ${["+=", "-=", "*="][choose(3)]} ${value()};`,
      () => `${set()}++; --${set()};`,
      () => `[${set()}, ${set()}] = [${value()}, ${value()}];`,
      () => `({ a: ${set()}, b: ${set()} = ${value()} } = { a: ${value()} } as any);`,
      () => this.arrow(),
      () => this.declaredFunction(),
      () => `${set()} = ${this.call()};`,
      () => `for (let i = 0; i < 3; i++) { ${set()} += i; ${set()} = ${value()}; }`,
      () => `for (var ${this.declare()} of [1, 2]) ${set()} += ${value()};`,
      () =>
        `if (${value()} > 0) { var ${this.declare()} = ${value()}; } else { ${set()} = ${value()}; }`,
      () => `{ let ${set()} = ${choose(9)}; (() => 1)(); }`,
      () => `{ const x = ${value()}; ${set()} = ((y: number) => x + y)(${value()}); }`,
      () =>
        `try { ${set()} = ${value()}; throw new Error("e"); } catch { ${set()} = ${value()}; } finally { ${set()}++; }`,
      () => `await null; ${set()} = ${value()};`,
      () => `${set()} = await Promise.resolve(${value()});`,
      () => `${set()} = (({ ${set()} }: any) => ${value()})({});`,
    ];
    if (this.variables.length < 2) {
      this.variables.push("v", "w");
      return "let v = 1, w = 2;";
    }
    const text = forms[choose(forms.length)]!();
    for (const { list, name } of this.declared.splice(0)) list.push(name);
    return text;
  }

  private constant(): string {
    const value = this.value(2);
    return `const ${this.addConstant()} = ${value};`;
  }

  private arrow(): string {
    const body = `${this.pick(this.variables)} += ${this.value(1)}, ${this.value(1)}`;
    return `const ${this.addFunction()} = () => (${body});`;
  }

  private declaredFunction(): string {
    const body = `${this.pick(this.variables)} = ${this.value(1)}; return ${this.value(1)};`;
    return `function ${this.addFunction()}() { ${body} }`;
  }

  private value(depth: number): string {
    const { choose } = this;
    const kind = choose(depth > 0 ? 6 : 3);
    if (kind === 0) return String(choose(10));
    if (kind === 1 && this.constants.length > 0) return this.pick(this.constants);
    if (kind <= 3) return this.pick(this.variables);
    if (kind === 4)
      return `(${this.value(depth - 1)} ${["+", "-", "*"][choose(3)]} ${this.value(depth - 1)}) % 97`;
    return this.call();
  }

  private call(): string {
    return this.functions.length > 0 ? `${this.pick(this.functions)}()` : "7";
  }

  private pick(names: string[]): string {
    return names[this.choose(names.length)]!;
  }

  private pending(list: string[], prefix: string): string {
    const name = `${prefix}${++this.count}`;
    this.declared.push({ list, name });
    return name;
  }

  private declare(): string {
    return this.pending(this.variables, "v");
  }

  private addConstant(): string {
    return this.pending(this.constants, "c");
  }

  private addFunction(): string {
    return this.pending(this.functions, "f");
  }
}

/** The result of TypeScript's own translation of all statements as one function. */
async function asOneFunction(statements: string[], result: string): Promise<unknown> {
  const source = `(async () => { ${statements.join("\n")}\n return ${result}; })()`;
  const options = { target: ts.ScriptTarget.ES2023 };
  const script = ts.transpile(source, options);
  return vm.runInThisContext(script) as Promise<unknown>;
}

test("a program split into cells anywhere gives what it gives as one function", async () => {
  const path = folder();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(1_000_000), { minLength: 400, maxLength: 400 }),
      fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
      async (numbers, cuts) => {
        let at = 0;
        const program = new Program((below) => numbers[at++ % numbers.length]! % below);
        const statements = cuts.map(() => program.statement());
        const { variables, constants } = program;
        const result = `[${[...variables, ...constants].join(", ")}]`;
        const expected = await asOneFunction(statements, result).catch((error) => error);
        if (expected instanceof Error) throw expected; // The generator wrote no program.

        const notebook = new Notebook(path);
        let cell = "// @ts-nocheck\n";
        for (const [index, statement] of statements.entries()) {
          cell += `${statement}\n`;
          if (!cuts[index]) continue;
          await notebook.value(`${cell}void 0;`);
          cell = "// @ts-nocheck\n";
        }
        expect(await notebook.value(cell + result)).toEqual(expected);
      },
    ),
    { numRuns: Number(process.env.QATLAB_RUNS ?? 25) },
  );
}, 300_000);
