import type { Capture } from "./analyse.js";
import type { Declaration } from "./declarations.js";

/** One variable of one cell. A name that is declared again is a new variable with a new slot. */
export interface Variable {
  name: string;
  /** The key of its value in the runtime's store, e.g. `x@3`. */
  slot: string;
  /** The module that declares it, see {@link cellSpecifier}. */
  module: string;
  declaration: Declaration;
  /** Whether closures have captured it, so that it lives in a box that they share. */
  boxed: boolean;
  /** The code that has captured it. */
  closures: Closure[];
  /** The slot of the earlier variable whose box it takes over, so that the closures of that variable see it. */
  takes?: string;
  /** Earlier variables of the name which named closures keep, newest first. */
  earlier: Variable[];
}

/** Code that has captured a variable. */
export interface Closure extends Capture {
  /** The cell that the code is in. */
  module: string;
  /** The cell whose declaration gave the variable its type, as the code knows it. */
  seen: string;
}

/** Makes a variable that no code has captured. */
export function newVariable(
  parts: Pick<Variable, "name" | "slot" | "module" | "declaration">,
): Variable {
  return { ...parts, boxed: false, closures: [], earlier: [] };
}

/** Notes that code has captured a variable, once for all code of one kind. */
export function addClosure({ closures }: Variable, closure: Closure): void {
  const known = closures.find(
    ({ holder, module, seen }) =>
      seen === closure.seen &&
      holder === closure.holder &&
      (holder === undefined || module === closure.module),
  );
  if (known) known.writes ||= closure.writes;
  else closures.push(closure);
}

/** The names that the cells so far have declared, each with its newest value and its newest type. */
export class Scope {
  readonly values = new Map<string, Variable>();
  readonly types = new Map<string, Variable>();

  /** Whether a cell has declared `name`. */
  has(name: string): boolean {
    return this.values.has(name) || this.types.has(name);
  }

  /** Adds a cell's variables; returns the slots that no code can reach any more. */
  declare(variables: Iterable<Variable>): string[] {
    const hidden: string[] = [];
    for (const variable of variables) {
      const { name, declaration, takes, earlier } = variable;
      if (declaration.value !== "none") {
        const before = this.values.get(name);
        const kept = new Set([takes, ...earlier.map(({ slot }) => slot)]);
        for (const { slot } of before ? [before, ...before.earlier] : []) {
          if (!kept.has(slot)) hidden.push(slot);
        }
        this.values.set(name, variable);
      }
      if (declaration.type) this.types.set(name, variable);
    }
    return hidden;
  }

  /** The modules that the scope's names, and their types, come from. */
  modules(): Set<string> {
    const modules = new Set<string>();
    for (const { module, closures, earlier } of this.values.values()) {
      modules.add(module);
      for (const { seen } of [...closures, ...earlier.flatMap((kept) => kept.closures)]) {
        modules.add(seen);
      }
    }
    for (const { module } of this.types.values()) modules.add(module);
    return modules;
  }

  /**
   * Declarations, on one line, that bring the earlier names among `mentioned` into a cell; names in `declared` are
   * the cell's own. Constants and types are imported; a variable that cells may assign to is an ambient `let`.
   */
  prelude(
    mentioned: Iterable<string>,
    declared: ReadonlyMap<string, Declaration>,
    { assignable }: { assignable: boolean },
  ): string {
    const parts: string[] = [];
    for (const name of mentioned) {
      const mine = declared.get(name);
      // An import takes the whole name, also an import of a type.
      const takesValue = mine && (mine.value !== "none" || mine.imported);
      const value = takesValue ? undefined : this.values.get(name);
      const type = mine?.type ? undefined : this.types.get(name);
      if (value && value === type) {
        parts.push(`import { ${name} } from "${value.module}";`);
        continue;
      }
      const module = value?.module;
      if (value?.declaration.value === "mutable" && assignable) {
        parts.push(`declare let ${name}: typeof import("${module}").${name};`);
      } else if (value && (mine || type)) {
        parts.push(`declare const ${name}: typeof import("${module}").${name};`);
      } else if (value) {
        parts.push(`import { ${name} } from "${module}";`);
      }
      if (type) {
        const { parameters = [] } = type.declaration;
        const list = (names: string[]) => (names.length > 0 ? `<${names.join(", ")}>` : "");
        const from = `import("${type.module}").${name}`;
        parts.push(
          value || mine
            ? `type ${name}${list(parameters)} = ${from}${list(parameters.map(nameOnly))};`
            : `import type { ${name} } from "${type.module}";`,
        );
      }
    }
    return parts.join(" ");
  }
}

function nameOnly(parameter: string): string {
  return parameter.split(" ")[0]!;
}
