import ts from "typescript";
import { awaits } from "./analyse.js";
import { declare, type RuntimeCode } from "./code.js";
import { declaredNames, topLevelDeclarations } from "./declarations.js";
import { importStatements } from "./imports.js";
import { isAwaited, Orders } from "./orders.js";
import { isDeclared, isLocal, isMade, type Plan, usedVariables } from "./plan.js";
import { Rewriter } from "./rewrite.js";
import type { Variable } from "./scope.js";

const { factory } = ts;

/**
 * Makes a cell's source file into one function of the cell's runtime:
 *
 * ```js
 * const cellMain$ = async (cell$, require) => {
 *   const f = cell$.get("f@1"), y$ = cell$.box("y@2");   // earlier cells' variables
 *   let x;                                               // the cell's own, plain locals
 *   try {
 *     x = 1;
 *     cell$.slots["x@3"] = x;                            // published after each statement
 *     cell$.value = x + y$.v;                            // the last expression
 *   } finally { cell$.slots["x@3"] = x; }
 * };
 * return cellMain$;
 * ```
 */
export function cellTransformer(plan: Plan): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const body = new Assembler(plan, context).body();
    const { main } = plan.names;
    return factory.updateSourceFile(file, [
      declare(main, cellFunction(plan, body)),
      factory.createReturnStatement(factory.createIdentifier(main)),
    ]);
  };
}

/** Takes out the `export {}` that TypeScript leaves in a module. */
export const withoutExports: ts.TransformerFactory<ts.SourceFile> = () => (file) =>
  factory.updateSourceFile(
    file,
    file.statements.filter((statement) => !ts.isExportDeclaration(statement)),
  );

/** An arrow function, since a cell has no `arguments` of its own. */
function cellFunction(plan: Plan, body: ts.Statement[]): ts.Expression {
  const provided = ["require", "__filename", "__dirname"].filter(
    (name) => !plan.declared.has(name),
  );
  const parameters = [plan.names.cell, ...provided].map((name) =>
    factory.createParameterDeclaration(undefined, undefined, name),
  );
  const isAsync =
    plan.usage.awaits || plan.commands.some(isAwaited) || plan.statements.some(loadsModule);
  return factory.createArrowFunction(
    isAsync ? [factory.createModifier(ts.SyntaxKind.AsyncKeyword)] : undefined,
    undefined,
    parameters,
    undefined,
    undefined,
    factory.createBlock(body, true),
  );
}

function loadsModule(statement: ts.Statement): boolean {
  if (ts.isExportDeclaration(statement)) return statement.moduleSpecifier !== undefined;
  if (ts.isImportEqualsDeclaration(statement)) {
    return ts.isExternalModuleReference(statement.moduleReference);
  }
  return ts.isImportDeclaration(statement);
}

class Assembler {
  private readonly rewriter: Rewriter;
  private readonly code: RuntimeCode;
  /** The locals whose declaration has run before the current statement. */
  private readonly initialised = new Set<string>();
  private statement: ts.Statement | undefined;

  constructor(
    private readonly plan: Plan,
    context: ts.TransformationContext,
  ) {
    this.rewriter = new Rewriter(plan, context, () => this.publishLocals());
    this.code = this.rewriter.code;
  }

  body(): ts.Statement[] {
    const { plan } = this;
    const start = this.start();
    const imports = importStatements(plan, this.code);
    const inner = [...imports, ...this.publishImports(), ...this.publishHoisted()];
    const shown = lastExpression(plan.statements);
    const orders = new Orders(plan, this.code);
    for (const statement of plan.statements) {
      if (isAmbientOrImport(statement)) continue;
      inner.push(...orders.before(statement));
      this.statement = statement;
      if (orders.isTimeit(statement)) inner.push(this.timeit(statement));
      else if (shown && statement === shown) inner.push(this.show(shown));
      else inner.push(...this.rewriter.statement(statement));
      inner.push(...this.publishDeclared(statement));
      inner.push(...this.publishLocals().map(toStatement));
      inner.push(...orders.after(statement));
    }
    inner.push(...orders.atEnd());
    for (const name of this.rewriter.hoistedVars) start.push(declare(name, undefined, 0));
    const after = this.publishFinally();
    const block = factory.createBlock(inner, true);
    if (after.length === 0) return [...start, block];
    const finish = factory.createBlock(after, true);
    return [...start, factory.createTryStatement(block, undefined, finish)];
  }

  /** Takes earlier variables out of the store, makes boxes and declares the cell's own locals. */
  private start(): ts.Statement[] {
    const statements: ts.Statement[] = [];
    if (this.plan.stoppable)
      statements.push(declare(this.plan.names.flag, this.code.member("flag")));
    for (const variable of usedVariables(this.plan)) {
      const { name, slot, declaration, boxed } = variable;
      const declaredHere = isDeclared(name, this.plan);
      const text = factory.createStringLiteral(slot);
      if (boxed) statements.push(declare(this.plan.names.box(name), this.box(variable)));
      if (declaration.value !== "mutable") {
        // JavaScript finds out at run time that a constant is assigned to.
        const isPlain = !boxed || this.plan.usage.assigned.has(name);
        if (!declaredHere && isPlain) statements.push(declare(name, this.code.call("get", text)));
      } else if (boxed) {
        // Each use goes through the box.
      } else if (!declaredHere) {
        const get = this.code.call(this.isAssignedFirst(name) ? "peek" : "get", text);
        statements.push(declare(name, get, ts.NodeFlags.Let));
        this.initialised.add(name);
      } else if (!declaration.hoisted) {
        statements.push(declare(name, undefined, ts.NodeFlags.Let));
      }
    }
    return statements;
  }

  /** The box of a variable: an earlier cell's, that of the variable in whose place it steps, or a new one. */
  private box({ name, slot, takes, declaration }: Variable): ts.Expression {
    const text = factory.createStringLiteral(slot);
    const { value } = declaration;
    if (!isDeclared(name, this.plan)) {
      return this.code.call(value === "mutable" ? "assignableBox" : "box", text);
    }
    if (takes !== undefined) return this.code.call("takeBox", factory.createStringLiteral(takes));
    return value === "mutable"
      ? this.code.call("createBox")
      : this.code.call("createBox", factory.createStringLiteral(name));
  }

  /** Whether an earlier cell's variable gets a value here before it is read: it may have none so far. */
  private isAssignedFirst(name: string): boolean {
    return this.plan.usage.assignedFirst.has(name) && !isDeclared(name, this.plan);
  }

  private show(statement: ts.ExpressionStatement | ts.ExportAssignment): ts.Statement {
    const value = this.rewriter.expression(statement.expression);
    const assignment = factory.createAssignment(this.code.member("value"), value);
    return ts.setTextRange(factory.createExpressionStatement(assignment), statement);
  }

  /** `%timeit f()`: the expression as a function that is called many times. */
  private timeit(statement: ts.ExpressionStatement): ts.Statement {
    const { expression } = statement;
    const value = this.rewriter.expression(expression);
    const isAsync = awaits(expression)
      ? [factory.createModifier(ts.SyntaxKind.AsyncKeyword)]
      : undefined;
    const body = factory.createParenthesizedExpression(value);
    const call = factory.createArrowFunction(isAsync, undefined, [], undefined, undefined, body);
    const timed = factory.createAwaitExpression(this.code.call("timeit", call));
    return ts.setTextRange(toStatement(this.code.checked(timed)), statement);
  }

  private publish(name: string): ts.Expression {
    const { boxed, slot, declaration } = this.plan.variables.get(name)!;
    const local = factory.createIdentifier(name);
    const to = this.code.slot(slot);
    if (!boxed) return factory.createAssignment(to, local);
    const publish = factory.createAssignment(
      to,
      factory.createIdentifier(this.plan.names.box(name)),
    );
    if (declaration.value === "mutable") return publish;
    return factory.createComma(factory.createAssignment(this.code.boxed(name), local), publish);
  }

  private publishImports(): ts.Statement[] {
    return this.plan.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) || ts.isImportEqualsDeclaration(statement)
        ? this.publishDeclared(statement)
        : [],
    );
  }

  /** Publishes functions and `var`s, which have their value before the first statement. */
  private publishHoisted(): ts.Statement[] {
    const statements: ts.Statement[] = [];
    for (const [name, declaration] of this.plan.declared) {
      if (!declaration.hoisted) continue;
      statements.push(toStatement(this.publish(name)));
      this.initialised.add(name);
    }
    return statements;
  }

  /** Publishes each variable that `statement` declares, once. */
  private publishDeclared(statement: ts.Statement): ts.Statement[] {
    const statements: ts.Statement[] = [];
    for (const [name, declared] of topLevelDeclarations([statement])) {
      const { value, hoisted } = this.plan.declared.get(name) ?? declared;
      // A statement that declares only the type of a name publishes nothing.
      if (hoisted || !isMade(value) || !isMade(declared.value)) continue;
      const variable = this.plan.variables.get(name)!;
      if (isLocal(variable)) this.initialised.add(name);
      statements.push(toStatement(this.publish(name)));
    }
    return statements;
  }

  /** Publishes the locals that the current statement may have changed. */
  private publishLocals(): ts.Expression[] {
    if (!this.statement) return [];
    const mentioned = this.plan.usage.mentioned.get(this.statement) ?? [];
    const declared = new Set(
      ts.isVariableStatement(this.statement) ? declaredNames(this.statement.declarationList) : [],
    );
    return [...mentioned]
      .filter((name) => this.initialised.has(name) && !declared.has(name))
      .filter((name) => isLocal(this.plan.variables.get(name)!))
      .map((name) => this.publish(name));
  }

  /**
   * Publishes the locals at the cell's end, so that an error in the middle of a statement loses no change.
   */
  private publishFinally(): ts.Statement[] {
    const statements: ts.Statement[] = [];
    for (const variable of usedVariables(this.plan)) {
      if (!isLocal(variable)) continue;
      const { name, declaration } = variable;
      const publish = toStatement(this.publish(name));
      const later =
        (this.plan.declared.has(name) && !declaration.hoisted) || this.isAssignedFirst(name);
      const slot = factory.createStringLiteral(variable.slot);
      const isKnown = factory.createBinaryExpression(
        slot,
        ts.SyntaxKind.InKeyword,
        this.code.member("slots"),
      );
      statements.push(later ? factory.createIfStatement(isKnown, publish) : publish);
    }
    return statements;
  }
}

function toStatement(expression: ts.Expression): ts.Statement {
  return factory.createExpressionStatement(expression);
}

function isAmbientOrImport(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    (ts.isImportEqualsDeclaration(statement) &&
      ts.isExternalModuleReference(statement.moduleReference))
  );
}

/** The expression that a cell shows: its last statement that isn't empty, if that is an expression. */
export function lastExpression(
  statements: readonly ts.Statement[],
): ts.ExpressionStatement | ts.ExportAssignment | undefined {
  const last = statements.findLast((statement) => !ts.isEmptyStatement(statement));
  if (!last) return undefined;
  return ts.isExpressionStatement(last) || ts.isExportAssignment(last) ? last : undefined;
}
