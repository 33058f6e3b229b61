import ts from "typescript";
import { declare, type RuntimeCode } from "./code.js";
import type { Plan } from "./plan.js";

const { factory } = ts;

/** Rewrites a cell's import declarations to calls of its runtime; imports of types leave no code. */
export function importStatements(plan: Plan, code: RuntimeCode): ts.Statement[] {
  const result: ts.Statement[] = [];
  for (const statement of plan.statements) {
    if (ts.isImportDeclaration(statement)) {
      result.push(...importDeclaration(statement, plan, code));
    } else if (isRequire(statement)) {
      const { expression } = statement.moduleReference;
      if (!isValue(statement.name.text, plan)) continue;
      const module = load(expression as ts.StringLiteral, statement, plan, code);
      const value = factory.createPropertyAccessExpression(module, "required");
      result.push(declare(statement.name.text, value));
    } else if (ts.isExportDeclaration(statement) && statement.moduleSpecifier) {
      if (statement.isTypeOnly) continue;
      const specifier = statement.moduleSpecifier as ts.StringLiteral;
      result.push(factory.createExpressionStatement(load(specifier, statement, plan, code)));
    }
  }
  return result;
}

/** `import x = require("m")` */
export function isRequire(
  statement: ts.Statement,
): statement is ts.ImportEqualsDeclaration & { moduleReference: ts.ExternalModuleReference } {
  return (
    ts.isImportEqualsDeclaration(statement) &&
    !statement.isTypeOnly &&
    ts.isExternalModuleReference(statement.moduleReference)
  );
}

function importDeclaration(
  statement: ts.ImportDeclaration,
  plan: Plan,
  code: RuntimeCode,
): ts.Statement[] {
  const specifier = statement.moduleSpecifier as ts.StringLiteral;
  const clause = statement.importClause;
  if (!clause) {
    return [factory.createExpressionStatement(load(specifier, statement, plan, code))];
  }
  const names = importedNames(clause).filter(({ local }) => isValue(local, plan));
  if (names.length === 0) return [];

  const module = plan.names.temporary();
  const result = [declare(module, load(specifier, statement, plan, code))];
  for (const { local, exported } of names) {
    const value =
      exported === undefined
        ? factory.createPropertyAccessExpression(factory.createIdentifier(module), "namespace")
        : factory.createCallExpression(
            factory.createPropertyAccessExpression(factory.createIdentifier(module), "pick"),
            undefined,
            [
              factory.createStringLiteral(exported),
              plan.usage.names.has(local) ? factory.createTrue() : factory.createFalse(),
            ],
          );
    result.push(ts.setTextRange(declare(local, value), statement));
  }
  return result;
}

function importedNames(clause: ts.ImportClause): { local: string; exported?: string }[] {
  const names: { local: string; exported?: string }[] = [];
  if (clause.name) names.push({ local: clause.name.text, exported: "default" });
  const bindings = clause.namedBindings;
  if (!bindings) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, { local: bindings.name.text }];
  for (const element of bindings.elements) {
    const exported = (element.propertyName ?? element.name).text;
    names.push({ local: element.name.text, exported });
  }
  return names;
}

function isValue(name: string, plan: Plan): boolean {
  return plan.declared.get(name)?.value === "constant";
}

/** `(await cell$.import("m"))` */
function load(
  specifier: ts.StringLiteral,
  range: ts.Node,
  plan: Plan,
  code: RuntimeCode,
): ts.Expression {
  const path = plan.locals.get(specifier.text);
  const args = [specifier.text, ...(path === undefined ? [] : [path])];
  const call = code.call("import", ...args.map((text) => factory.createStringLiteral(text)));
  const awaited = ts.setTextRange(
    factory.createAwaitExpression(ts.setTextRange(call, range)),
    range,
  );
  return factory.createParenthesizedExpression(awaited);
}
