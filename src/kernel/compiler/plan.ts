import type ts from "typescript";
import type { Usage } from "./analyse.js";
import type { Declaration, ValueKind } from "./declarations.js";
import type { Command } from "./reading/index.js";
import type { Variable } from "./scope.js";
import type { PlainLocals } from "./types.js";

/** All facts that the rewriting of one cell needs. */
export interface Plan {
  file: ts.SourceFile;
  /** The cell's own statements, without statements that the compiler added. */
  statements: ts.Statement[];
  /** The names that the cell declares. */
  declared: Map<string, Declaration>;
  /** The variables by name, both the cell's own and those of earlier cells. */
  variables: Map<string, Variable>;
  usage: Usage;
  /** The orders to the kernel that stand among the statements. */
  commands: readonly Command[];
  /** Absolute paths of the local modules that the cell imports, by specifier. */
  locals: Map<string, string>;
  names: RuntimeNames;
  strict: boolean;
  /** Whether loops ask whether the cell is interrupted. */
  stoppable: boolean;
  /** A sentence for each name that is declared again while code keeps the earlier variable. */
  hints: string[];
}

/** Names in the compiled code that don't occur in the cell's source. */
export interface RuntimeNames {
  /** The cell's runtime, see `cell/run.ts`. */
  cell: string;
  /** The name of the cell's function, at which the frames of a traceback end. */
  main: string;
  /** The memory in which an interrupt is told to loops. */
  flag: string;
  /** The box of a variable. */
  box(name: string): string;
  /** A name for a temporary. */
  temporary(): string;
}

/** An ending that no identifier in the file has. */
export function freeSuffix(file: ts.SourceFile): string {
  const taken = (file as unknown as { identifiers: Map<string, string> }).identifiers;
  let suffix = "$";
  const clashes = () => [...taken.keys()].some((name) => name.endsWith(suffix));
  while (clashes()) suffix += "$";
  return suffix;
}

/** Makes names that differ from every identifier in the file. */
export function runtimeNames(file: ts.SourceFile): RuntimeNames {
  const suffix = freeSuffix(file);
  let count = 0;
  return {
    cell: `cell${suffix}`,
    main: `cellMain${suffix}`,
    flag: `flag${suffix}`,
    box: (name) => `${name}${suffix}`,
    temporary: () => `module${++count}${suffix}`,
  };
}

/** The variables that the compiled code declares or uses. */
export function* usedVariables({ variables, declared, usage }: Plan): Iterable<Variable> {
  for (const [name, variable] of variables) {
    if (!isMade(variable.declaration.value)) continue;
    if (declared.has(name) || usage.names.has(name)) yield variable;
  }
}

/** Whether the cell itself declares the variable of that name. */
export function isDeclared(name: string, { declared }: Plan): boolean {
  return isMade(declared.get(name)?.value ?? "none");
}

/** Whether a declaration makes a value in the cell itself. */
export function isMade(value: ValueKind): boolean {
  return value !== "none" && value !== "ambient";
}

/** The cell's plain locals, for an interrupt. */
export function plainLocals(plan: Plan): PlainLocals {
  const { cell, main } = plan.names;
  const slots = [...usedVariables(plan)].filter(isLocal).map(({ slot, name }) => ({ slot, name }));
  return { run: cell, main, slots };
}

/** Whether the variable lives in the cell as a plain local that is written back to the store. */
export function isLocal(variable: Variable): boolean {
  return variable.declaration.value === "mutable" && !variable.boxed;
}
