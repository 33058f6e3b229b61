import ts from "typescript";

/**
 * Whether an awaited value comes from a function that isn't a cell's own: from an import; within `try` and `using`,
 * where the cell cleans up, from a method of any object.
 */
export function leavesCell(
  awaited: ts.Expression,
  isImported: (name: ts.Identifier) => boolean,
): boolean {
  if (!ts.isCallExpression(awaited)) return false;
  const isMethod = ts.isPropertyAccessExpression(awaited.expression);
  let start: ts.Node = awaited.expression;
  while (ts.isPropertyAccessExpression(start) || ts.isCallExpression(start)) {
    start = start.expression;
  }
  if (ts.isIdentifier(start) && isImported(start)) return true;
  return isMethod && !isPromise(start) && cleansUp(awaited);
}

/** Whether an expression is the name `Promise`. */
export function isPromise(node: ts.Node): boolean {
  return ts.isIdentifier(node) && node.text === "Promise";
}

/** Whether an error at `node` would have its own function clean up: in `try`, or in a block with `using`. */
function cleansUp(node: ts.Node): boolean {
  for (let inner = node, outer = node.parent; outer; inner = outer, outer = outer.parent) {
    if (ts.isFunctionLike(outer)) return false;
    if (ts.isTryStatement(outer) && inner !== outer.finallyBlock) {
      if (inner === outer.tryBlock || outer.finallyBlock) return true;
    }
    if ((ts.isBlock(outer) || ts.isSourceFile(outer)) && outer.statements.some(isUsing))
      return true;
  }
  return false;
}

function isUsing(statement: ts.Statement): boolean {
  return (
    ts.isVariableStatement(statement) &&
    (statement.declarationList.flags & ts.NodeFlags.Using) === ts.NodeFlags.Using
  );
}
