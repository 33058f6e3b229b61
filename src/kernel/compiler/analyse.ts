import ts from "typescript";
import type { Declaration } from "./declarations.js";
import { hasModifier } from "./declarations.js";

/** How a cell's code uses top-level variables, both its own and those of earlier cells. */
export interface Usage {
  /** The identifiers that mean a top-level variable, in expressions and declarations. */
  references: Set<ts.Node>;
  /** The names of the variables that the code uses. */
  names: Set<string>;
  /** Names that a function, class, namespace or enum of the cell refers to. */
  captured: Set<string>;
  /** The names that each top-level statement contains. */
  mentioned: Map<ts.Statement, Set<string>>;
  /** Whether the cell awaits outside of functions. */
  awaits: boolean;
}

/**
 * Finds every reference to a top-level variable by the checker's symbols.
 *
 * @param names the names to look for; a local variable of the same name is told apart
 */
export function analyse(
  file: ts.SourceFile,
  statements: readonly ts.Statement[],
  names: ReadonlySet<string>,
  checker: ts.TypeChecker,
): Usage {
  const locals = (file as unknown as { locals?: Map<string, ts.Symbol> }).locals;
  const usage: Usage = {
    references: new Set(),
    names: new Set(),
    captured: new Set(),
    mentioned: new Map(),
    awaits: false,
  };
  let here = new Set<string>();

  const isTopLevel = (node: ts.Identifier): boolean => {
    const top = locals?.get(node.text)?.declarations?.[0];
    if (!top) return false;
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return symbol?.declarations?.includes(top) ?? false;
  };

  const visit = (node: ts.Node, closed: boolean, inFunction: boolean): void => {
    if (ts.isIdentifier(node)) {
      if (!names.has(node.text) || !isTopLevel(node)) return;
      usage.references.add(node);
      usage.names.add(node.text);
      here.add(node.text);
      if (closed) usage.captured.add(node.text);
      return;
    }
    if (isTypeOnly(node)) return;
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return;
    if (!inFunction && isAwait(node)) usage.awaits = true;
    const functionLike = ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
    const closes =
      functionLike ||
      ts.isClassLike(node) ||
      ts.isModuleDeclaration(node) ||
      ts.isEnumDeclaration(node);
    ts.forEachChild(node, (child) => visit(child, closed || closes, inFunction || functionLike));
  };

  for (const statement of statements) {
    here = new Set();
    visit(statement, false, false);
    usage.mentioned.set(statement, here);
  }
  return usage;
}

/** Whether a node waits: an `await`, a `for await`, an `await using`. */
export function isAwait(node: ts.Node): boolean {
  if (ts.isAwaitExpression(node)) return true;
  if (ts.isForOfStatement(node)) return node.awaitModifier !== undefined;
  return (
    ts.isVariableDeclarationList(node) &&
    (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
  );
}

/** Whether a node awaits outside of functions. */
export function awaits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return isAwait(node) || (ts.forEachChild(node, (child) => awaits(child) || undefined) ?? false);
}

/** Whether `node` leaves no code at run time. */
export function isTypeOnly(node: ts.Node): boolean {
  if (ts.isExpressionWithTypeArguments(node)) return false;
  return (
    ts.isTypeNode(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    hasModifier(node, ts.SyntaxKind.DeclareKeyword)
  );
}

/** Whether an imported name is a value, a type or both. */
export function importMeaning(symbol: ts.Symbol, checker: ts.TypeChecker): Partial<Declaration> {
  if (!(symbol.flags & ts.SymbolFlags.Alias)) return {};
  const { flags } = checker.getAliasedSymbol(symbol);
  const type = (flags & (ts.SymbolFlags.Type | ts.SymbolFlags.Namespace)) !== 0;
  return flags & ts.SymbolFlags.Value ? { value: "constant", type } : { value: "none", type };
}
