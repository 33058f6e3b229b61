import ts from "typescript";

/** The name of the function, class, enum or namespace that a statement declares. */
export function definedName(statement: ts.Statement): string | undefined {
  const defines =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement);
  return defines ? statement.name?.text : undefined;
}

/** The name of a variable whose value is code: a function, a class, or an object of functions. */
export function variableHolder(
  { name, initializer }: ts.VariableDeclaration,
  checker: ts.TypeChecker,
): string | undefined {
  if (!initializer || !ts.isIdentifier(name)) return undefined;
  const isFunction = () =>
    (name.flags & ts.NodeFlags.JavaScriptFile) === 0 &&
    checker.getTypeAtLocation(name).getCallSignatures().length > 0;
  return isCode(initializer) || isFunction() ? name.text : undefined;
}

function isCode(node: ts.Node): boolean {
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return isCode(node.expression);
  if (ts.isSatisfiesExpression(node)) return isCode(node.expression);
  if (ts.isPropertyAssignment(node)) return isCode(node.initializer);
  if (ts.isObjectLiteralExpression(node)) return node.properties.some(isCode);
  return ts.isFunctionLike(node) || ts.isClassExpression(node);
}
