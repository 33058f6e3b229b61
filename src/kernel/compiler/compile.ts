import ts from "typescript";
import { join } from "#door/kernel/paths";
import { analyse, importMeaning } from "./analyse.js";
import type { Declaration } from "./declarations.js";
import { topLevelDeclarations } from "./declarations.js";
import { compileFailure, isSyntaxError } from "./diagnostics.js";
import { type Emitted, emitCell } from "./emit.js";
import { exportedNames } from "./exports.js";
import type { CellHost } from "./host.js";
import { LocalModules } from "./local.js";
import { freeSuffix, isMade, type Plan, plainLocals, runtimeNames } from "./plan.js";
import {
  type Command,
  commandMistake,
  moduleCellName,
  type Reading,
  readCell,
  strictOnly,
  syntaxErrors,
  type TypeChecks,
} from "./reading/index.js";
import { Redeclarations } from "./redeclare.js";
import { addClosure, newVariable, Scope, type Variable } from "./scope.js";
import { compileTrivial, emptyCell } from "./trivial.js";
import type { CompiledCell, CompileResult } from "./types.js";

/** Checks, compiles and remembers cells. */
export class Cells {
  readonly scope = new Scope();
  private readonly counts = new Map<number, number>();
  private readonly local: LocalModules;
  private sinceCleaning = 0;
  /** The effect of a wrong type on a cell. */
  private types: TypeChecks = "error";

  constructor(
    private readonly host: CellHost,
    private readonly service: ts.LanguageService,
    private readonly options: { stoppable: boolean },
  ) {
    this.local = new LocalModules(host);
  }

  compile(source: string, cell: number): CompileResult {
    const { host } = this;
    const reading = this.read(source);
    const { file: bare, commands, insertion } = reading;
    const { cwd, disk } = host;
    const location = {
      ...{ source, cell, file: host.current, cwd, insertion },
      withoutNode: disk.withoutNode,
    };
    const broken = syntaxErrors(bare);
    if (broken.length > 0) {
      return { ok: false, failure: compileFailure(broken, location, "SyntaxError") };
    }
    const mistaken = this.obey(commands, bare);
    if (mistaken)
      return { ok: false, failure: compileFailure([mistaken], location, "SyntaxError") };

    const module = moduleCellName(source);
    if (module !== undefined) return this.compileModule(module, source, cell);
    const trivial = commands.length === 0 && compileTrivial(bare, this.scope);
    if (trivial) return { ok: true, cell: this.withoutModules(cell, source, trivial) };

    const declarations = topLevelDeclarations(bare.statements);
    const text = this.moduleText(bare, declarations);
    const redeclared = new Redeclarations(this.scope, declarations, {
      typed: this.isTyped,
      suffix: freeSuffix(bare),
    });
    host.setCurrent(`${text} ${redeclared.text}`);
    const { length } = bare.text;
    const { program, file, errors } = this.check(length);
    const isSyntax = !this.isTyped || errors.every(isSyntaxError);
    const failure =
      errors.length > 0 && compileFailure(errors, location, isSyntax ? "SyntaxError" : "TypeError");
    if (failure && (isSyntax || this.types !== "warn")) return { ok: false, failure };

    const name = this.moduleName(cell);
    const plan = this.plan(program, file, length, declarations, name, redeclared);
    plan.commands = commands;
    const modules = this.local.collect(file, program);
    plan.locals = modules.locals;
    const { code, map } = emitCell(program, plan);
    const locals = plainLocals(plan);
    const forget = this.commit(plan, name, text);
    const filename = join(host.cwd, `${name}${host.extension}`);
    const warnings = [...(failure ? failure.traceback : []), ...plan.hints];
    const lists = { modules: modules.modules, locals, forget, warnings };
    return { ok: true, cell: { cell, filename, code, map, source, insertion, ...lists } };
  }

  /** Reads a cell that may name the variables of earlier cells. */
  read(source: string): Reading {
    return readCell(source, this.host.current, (name) => this.scope.has(name));
  }

  /** Obeys the commands that are for the compiler; returns a mistake in a command, if there is one. */
  private obey(commands: readonly Command[], file: ts.SourceFile): ts.Diagnostic | undefined {
    for (const command of commands) {
      const mistake = commandMistake(command, file);
      if (mistake) return mistake;
      if (command.name === "types") this.types = command.argument as TypeChecks;
    }
    return undefined;
  }

  /** Checks a cell that is a local file; it is compiled when another cell imports it. */
  private compileModule(module: string, source: string, cell: number): CompileResult {
    const { host } = this;
    const path = join(host.cwd, `${module}${host.extension}`);
    host.addFile(path, source);
    host.setCurrent(`import "./${module}";`);
    const { errors } = this.diagnose(0);
    if (errors.length > 0) {
      const location = { source, cell, file: path, cwd: host.cwd };
      return { ok: false, failure: compileFailure(errors, location, "TypeError") };
    }
    return { ok: true, cell: this.withoutModules(cell, source, emptyCell) };
  }

  private withoutModules(cell: number, source: string, emitted: Emitted): CompiledCell {
    const filename = join(this.host.cwd, `${this.moduleName(cell)}${this.host.extension}`);
    return { cell, filename, ...emitted, source, modules: [], forget: [] };
  }

  /**
   * The cell's source, followed by exports of the names that it declares and by declarations of the earlier
   * names that it mentions.
   */
  private moduleText(bare: ts.SourceFile, declared: Map<string, Declaration>): string {
    const exported = exportedNames(bare);
    const names = [...declared.keys()].filter((name) => !exported.has(name));
    const prelude = this.scope.prelude(this.mentioned(bare), declared, {
      assignable: this.isTyped,
    });
    return `${bare.text}\n;export { ${names.join(", ")} }; ${prelude}`;
  }

  get isTyped(): boolean {
    return this.host.language === "typescript";
  }

  /** The earlier names that a file may refer to. */
  mentioned(file: ts.SourceFile): string[] {
    const { identifiers } = file as unknown as { identifiers: Map<string, string> };
    return [...identifiers.keys()].filter((name) => this.scope.has(name));
  }

  private check(length: number) {
    let result = this.diagnose(length);
    if (result.errors.some(({ code }) => code === 2307)) {
      // A package that was missing before may be installed by now.
      this.host.forgetResolutions();
      this.host.setCurrent(`${result.file.text} `);
      result = this.diagnose(length);
    }
    return result;
  }

  private diagnose(length: number) {
    const program = this.service.getProgram()!;
    const file = program.getSourceFile(this.host.current)!;
    // A bracket that is missing at the cell's end is reported in the text after the cell.
    const diagnostics: ts.Diagnostic[] = program
      .getSyntacticDiagnostics(file)
      .map((error) => ({ ...error, start: Math.min(error.start, length) }));
    const checked = this.isTyped && this.types !== "off";
    if (diagnostics.length === 0 && checked)
      diagnostics.push(...program.getSemanticDiagnostics(file));
    const errors = diagnostics.filter(
      ({ category, start, code }) =>
        category === ts.DiagnosticCategory.Error &&
        (start === undefined || start <= length) &&
        (this.isTyped || !strictOnly.has(code)),
    );
    if (errors.length === 0 && this.types !== "off") {
      errors.push(...this.local.errors(file, program));
    }
    return { program, file, errors };
  }

  private moduleName(cell: number): string {
    const count = (this.counts.get(cell) ?? 0) + 1;
    this.counts.set(cell, count);
    return count === 1 ? `[cell ${cell}]` : `[cell ${cell}:${count}]`;
  }

  private plan(
    program: ts.Program,
    file: ts.SourceFile,
    length: number,
    declared: Map<string, Declaration>,
    module: string,
    redeclared: Redeclarations,
  ): Plan {
    const checker = program.getTypeChecker();
    const { locals } = file as unknown as { locals?: Map<string, ts.Symbol> };
    const statements = file.statements.filter((statement) => statement.getStart(file) < length);
    const variables = new Map<string, Variable>();
    const names = new Set<string>();
    for (const [name, variable] of this.scope.values) {
      variables.set(name, { ...variable });
      names.add(name);
    }
    for (const [name, declaration] of declared) {
      const symbol = declaration.imported === "any" ? locals?.get(name) : undefined;
      if (symbol) Object.assign(declaration, importMeaning(symbol, checker));
      if (declaration.value === "none") continue;
      const slot = `${name}@${module.slice("[cell ".length, -1)}`;
      variables.set(name, newVariable({ name, slot, module, declaration }));
      names.add(name);
    }
    const usage = analyse(file, statements, names, checker);
    const hints = redeclared.apply(variables, file, checker);
    for (const [name, captures] of usage.captured) {
      const variable = variables.get(name)!;
      const { value } = variable.declaration;
      // JavaScript may assign to a function; such a function stays a local of its cell.
      const isKept = value === "constant" && declared.has(name) && usage.assigned.has(name);
      if (!isMade(value) || isKept) continue;
      variable.boxed = true;
      for (const capture of captures) {
        addClosure(variable, { ...capture, module, seen: variable.module });
      }
    }
    return {
      file,
      statements,
      declared,
      variables,
      usage,
      commands: [],
      locals: new Map(),
      names: runtimeNames(file),
      strict: this.isTyped,
      stoppable: this.options.stoppable,
      hints,
    };
  }

  /** Makes the cell's declarations visible to the cells after it. */
  private commit(plan: Plan, module: string, text: string): string[] {
    const { scope, host } = this;
    for (const [name, variable] of scope.values) {
      const now = plan.variables.get(name)!;
      if (now.slot === variable.slot) variable.boxed = now.boxed;
    }
    const declared: Variable[] = [];
    for (const [name, declaration] of plan.declared) {
      const slot = `${name}@type`;
      declared.push(
        declaration.value === "none"
          ? newVariable({ name, slot, module, declaration })
          : plan.variables.get(name)!,
      );
    }
    const hidden = scope.declare(declared);
    const global = /\bdeclare\s+(global|module)\b/.test(plan.file.text);
    if (declared.length > 0 || global) host.addCell(module, text, { global });
    if (++this.sinceCleaning >= 20) {
      this.sinceCleaning = 0;
      host.keepOnly(scope.modules());
    }
    return hidden;
  }
}
