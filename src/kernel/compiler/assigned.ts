import ts from "typescript";

/**
 * How an expression is assigned to: by `=` alone, also through a pattern, or by an operator that reads it as well, such
 * as `+=` and `++`. Undefined where it is only read.
 */
export function assigned(node: ts.Node): "plain" | "updated" | undefined {
  const { parent } = node;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) {
    const { PlusPlusToken, MinusMinusToken } = ts.SyntaxKind;
    const changes = parent.operator === PlusPlusToken || parent.operator === MinusMinusToken;
    return changes ? "updated" : undefined;
  }
  if (ts.isBinaryExpression(parent)) {
    const { kind } = parent.operatorToken;
    const { FirstAssignment, LastAssignment, EqualsToken } = ts.SyntaxKind;
    if (parent.left !== node || kind < FirstAssignment || kind > LastAssignment) return undefined;
    return kind === EqualsToken ? "plain" : "updated";
  }
  if (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) {
    return parent.initializer === node ? "plain" : undefined;
  }
  if (ts.isShorthandPropertyAssignment(parent)) return assigned(parent.parent);
  if (ts.isPropertyAssignment(parent)) {
    return parent.initializer === node ? assigned(parent.parent) : undefined;
  }
  const passes =
    ts.isArrayLiteralExpression(parent) ||
    ts.isSpreadElement(parent) ||
    ts.isSpreadAssignment(parent) ||
    ts.isParenthesizedExpression(parent) ||
    ts.isNonNullExpression(parent) ||
    ts.isAsExpression(parent);
  return passes ? assigned(ts.isSpreadAssignment(parent) ? parent.parent : parent) : undefined;
}
