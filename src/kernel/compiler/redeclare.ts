import ts from "typescript";
import { isUsable } from "./assignable.js";
import type { Declaration } from "./declarations.js";
import { isMade } from "./plan.js";
import { addClosure, type Closure, type Scope, type Variable } from "./scope.js";

/**
 * Decides, for the names that a cell declares again, whether code that has captured the earlier variable sees the new
 * one: it does wherever the new type is usable as the earlier one, as in a program whose function is mended. The new variable
 * then takes over the earlier one's box. Other code keeps the earlier variable, and the reader is told.
 */
export class Redeclarations {
  /** The earlier variables that code has captured, newest first, by name. */
  private readonly before = new Map<string, Variable[]>();
  /** The names of type aliases for the types of earlier declarations, by name and module. */
  private readonly aliases = new Map<string, string>();
  /** Declarations of these aliases, which stand after the cell's source. */
  readonly text: string;

  constructor(
    scope: Scope,
    private readonly declared: ReadonlyMap<string, Declaration>,
    { typed, suffix }: { typed: boolean; suffix: string },
  ) {
    const parts: string[] = [];
    for (const [name, { value }] of declared) {
      const variable = scope.values.get(name);
      if (!isMade(value) || !variable) continue;
      const groups = [variable, ...variable.earlier]
        .filter(({ boxed }) => boxed)
        .map((group) => ({
          ...group,
          closures: group.closures.filter((closure) => isAlive(closure, scope, declared)),
        }));
      if (groups.length === 0) continue;
      this.before.set(name, groups);
      for (const group of typed ? groups : []) {
        for (const module of seenModules(group)) {
          const alias = `before${this.aliases.size}${suffix}`;
          this.aliases.set(`${name} ${module}`, alias);
          parts.push(`type ${alias} = typeof import("${module}").${name};`);
        }
      }
    }
    this.text = parts.join(" ");
  }

  /**
   * Gives each new variable its box, or the earlier variables that code keeps.
   *
   * @returns a sentence for each name whose earlier variable is kept
   */
  apply(
    variables: ReadonlyMap<string, Variable>,
    file: ts.SourceFile,
    checker: ts.TypeChecker,
  ): string[] {
    const types = new Types(file, checker, this.aliases);
    const hints: string[] = [];
    for (const [name, groups] of this.before) {
      const variable = variables.get(name);
      if (!variable || this.declared.get(name)!.value === "none") continue;
      for (const [index, group] of groups.entries()) {
        if (variable.takes === undefined && types.allow(variable, group)) {
          variable.takes = group.slot;
          variable.boxed = true;
          for (const closure of group.closures) addClosure(variable, closure);
        } else if (group.closures.some(({ holder }) => holder !== undefined)) {
          variable.earlier.push(group);
          if (index === 0) hints.push(types.hint(variable, group));
        }
      }
    }
    return hints;
  }
}

/** Whether code can still be reached by its name. A callback may be waiting anywhere. */
function isAlive(
  { holder, module }: Closure,
  scope: Scope,
  declared: ReadonlyMap<string, Declaration>,
): boolean {
  if (holder === undefined) return true;
  return scope.values.get(holder)?.module === module && !declared.has(holder);
}

function seenModules({ closures, module }: Variable): Set<string> {
  return new Set(closures.length > 0 ? closures.map(({ seen }) => seen) : [module]);
}

/** Compares the types of two declarations of one name. */
class Types {
  private readonly locals: ReadonlyMap<string, ts.Symbol>;

  constructor(
    file: ts.SourceFile,
    private readonly checker: ts.TypeChecker,
    private readonly aliases: ReadonlyMap<string, string>,
  ) {
    this.locals = (file as unknown as { locals: Map<string, ts.Symbol> }).locals;
  }

  /** Whether all code that has captured `before` can work with `variable`. Notebooks in JavaScript have no types. */
  allow(variable: Variable, before: Variable): boolean {
    const writes = before.closures.some((closure) => closure.writes);
    if (writes && variable.declaration.value !== "mutable") return false;
    const equal = new Set<string>();
    for (const module of seenModules(before)) {
      const earlier = this.earlierType(variable.name, module);
      if (!earlier) {
        equal.add(module);
        continue;
      }
      const type = this.newType(variable.name);
      if (!isUsable(type, earlier, this.checker)) return false;
      if (isUsable(earlier, type, this.checker)) equal.add(module);
      else if (writes) return false;
    }
    // Later declarations need to be compared with one of two equal types only.
    for (const closure of before.closures) {
      if (equal.has(closure.seen)) closure.seen = variable.module;
    }
    return true;
  }

  hint({ name }: Variable, before: Variable): string {
    const holders = new Map(before.closures.map(({ holder, module }) => [holder, module]));
    holders.delete(undefined);
    const list = [...holders].map(([holder, module]) => `${holder} (${cellOf(module)})`);
    const keeps = list.length > 1 ? "keep" : "keeps";
    return `${name} ${this.difference(name, before)}: ${list.join(", ")} ${keeps} the earlier ${name} until run again.`;
  }

  private difference(name: string, before: Variable): string {
    const earlier = this.earlierType(name, [...seenModules(before)][0]!);
    const text = (type: ts.Type) => this.checker.typeToString(type);
    const type = this.newType(name);
    if (!earlier || isUsable(type, earlier, this.checker)) return "can't be assigned as before";
    const [now, then] = [text(type), text(earlier)];
    return now === then ? "has other members" : `has the type ${now}, not ${then}`;
  }
  private newType(name: string): ts.Type {
    const symbol = this.locals.get(name)!;
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return this.checker.getTypeOfSymbol(isAlias ? this.checker.getAliasedSymbol(symbol) : symbol);
  }

  /** The type of an earlier declaration; none in JavaScript. */
  private earlierType(name: string, module: string): ts.Type | undefined {
    const alias = this.aliases.get(`${name} ${module}`);
    if (alias === undefined) return undefined;
    return this.checker.getDeclaredTypeOfSymbol(this.locals.get(alias)!);
  }
}

/** `cell 3` of `[cell 3:2]` */
function cellOf(module: string): string {
  return module.slice(1, -1).split(":")[0]!;
}
