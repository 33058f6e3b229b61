import ts from "typescript";
import type { Emitted } from "./emit.js";
import type { Scope } from "./scope.js";

const { SyntaxKind } = ts;
const emptyMap = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });

/** A cell that does nothing. */
export const emptyCell: Emitted = { code: "(function () {})", map: emptyMap };

/**
 * Compiles, without TypeScript's checker, cells in which no type can be wrong: arithmetic on literals, the
 * name of an earlier variable, or `console.log` of those. Such cells declare nothing. They take under a
 * millisecond, while a new program takes tens of milliseconds.
 *
 * @returns the compiled cell; `undefined` if the cell is not that simple
 */
export function compileTrivial(file: ts.SourceFile, scope: Scope): Emitted | undefined {
  const names = new Set<string>();
  const statements: string[] = [];
  if (file.text.includes("cell$")) return undefined;
  const last = file.statements.length - 1;
  for (const [index, statement] of file.statements.entries()) {
    if (!ts.isExpressionStatement(statement)) return undefined;
    const { expression } = statement;
    if (!isShown(expression, scope, names) && !isLog(expression, scope, names)) return undefined;
    const text = expression.getText(file);
    statements.push(index === last ? `cell$.value = (${text}\n);` : `(${text}\n);`);
  }
  const loads = [...names].map((name) => {
    const { slot } = scope.values.get(name)!;
    return `const ${name} = cell$.get(${JSON.stringify(slot)});`;
  });
  const body = [...loads, ...statements].join("\n");
  return { code: `(function (cell$) { "use strict";\n${body}\n})`, map: emptyMap };
}

/** A literal expression or the name of an earlier variable. */
function isShown(node: ts.Expression, scope: Scope, names: Set<string>): boolean {
  if (!ts.isIdentifier(node)) return isNumber(node) || isText(node) || isConstant(node);
  const value = scope.values.get(node.text)?.declaration.value;
  if (value !== "constant" && value !== "mutable") return false;
  names.add(node.text);
  return true;
}

function isConstant({ kind }: ts.Expression): boolean {
  return (
    kind === SyntaxKind.TrueKeyword ||
    kind === SyntaxKind.FalseKeyword ||
    kind === SyntaxKind.NullKeyword
  );
}

const operators = new Set([
  SyntaxKind.PlusToken,
  SyntaxKind.MinusToken,
  SyntaxKind.AsteriskToken,
  SyntaxKind.SlashToken,
  SyntaxKind.PercentToken,
]);

function isNumber(node: ts.Expression): boolean {
  if (ts.isNumericLiteral(node)) return /^(0|[1-9]\d*)?(\.\d+)?$/.test(node.getText());
  if (ts.isParenthesizedExpression(node)) return isNumber(node.expression);
  if (ts.isPrefixUnaryExpression(node)) {
    return node.operator === SyntaxKind.MinusToken && isNumber(node.operand);
  }
  return (
    ts.isBinaryExpression(node) &&
    operators.has(node.operatorToken.kind) &&
    isNumber(node.left) &&
    isNumber(node.right)
  );
}

/** A text without octal escapes, which depend on the language. */
function isText(node: ts.Expression): boolean {
  if (!ts.isStringLiteral(node) && !ts.isNoSubstitutionTemplateLiteral(node)) return false;
  return !/\\\d/.test(node.getText());
}

/** `console.log(1, "a", x)` */
function isLog(node: ts.Expression, scope: Scope, names: Set<string>): boolean {
  return (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    !node.typeArguments &&
    !node.questionDotToken &&
    !node.expression.questionDotToken &&
    ts.isIdentifier(node.expression.expression) &&
    node.expression.expression.text === "console" &&
    !scope.has("console") &&
    node.expression.name.text === "log" &&
    node.arguments.every((argument) => isShown(argument, scope, names))
  );
}
