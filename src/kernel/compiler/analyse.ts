import ts from "typescript";
import { assigned } from "./assigned.js";
import type { Declaration } from "./declarations.js";
import { hasModifier } from "./declarations.js";
import { definedName, variableHolder } from "./holders.js";

/** How a cell's code uses top-level variables, both its own and those of earlier cells. */
export interface Usage {
  /** The identifiers that mean a top-level variable, in expressions and declarations. */
  references: Set<ts.Node>;
  /** The names of the variables that the code uses. */
  names: Set<string>;
  /** The references inside a function, class, namespace or enum of the cell. */
  closed: Set<ts.Node>;
  /** The names that such code refers to, with that code. */
  captured: Map<string, Capture[]>;
  /** The names that are assigned, apart from their declarations. */
  assigned: Set<string>;
  /** Names that are given a value before the cell reads them. */
  assignedFirst: Set<string>;
  /** The names that each top-level statement contains. */
  mentioned: Map<ts.Statement, Set<string>>;
  /** Whether the cell awaits outside of functions. */
  awaits: boolean;
}

/** Code that has captured a variable. */
export interface Capture {
  /** The top-level name of that code, as `show` in `const show = () => x`; none for a callback. */
  holder?: string;
  /** Whether that code assigns to the variable. */
  writes: boolean;
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
    closed: new Set(),
    captured: new Map(),
    assigned: new Set(),
    assignedFirst: new Set(),
    mentioned: new Map(),
    awaits: false,
  };
  let here = new Set<string>();
  /** The class, enum or namespace that the statement declares: its body has a binding of its own for the name. */
  let own: string | undefined;
  let defined: string | undefined;
  let variable: ts.VariableDeclaration | undefined;

  const isTopLevel = (node: ts.Identifier): boolean => {
    const top = locals?.get(node.text)?.declarations?.[0];
    if (!top) return false;
    const symbol = ts.isShorthandPropertyAssignment(node.parent)
      ? checker.getShorthandAssignmentValueSymbol(node.parent)
      : checker.getSymbolAtLocation(node);
    return symbol?.declarations?.includes(top) ?? false;
  };

  const refer = (node: ts.Identifier, closed: boolean): void => {
    const name = node.text;
    if (!names.has(name) || !isTopLevel(node)) return;
    const how = assigned(node);
    if (how !== undefined) usage.assigned.add(name);
    if (how === "plain" && !usage.names.has(name)) usage.assignedFirst.add(name);
    usage.references.add(node);
    usage.names.add(name);
    here.add(name);
    if (!closed || name === own) return;
    usage.closed.add(node);
    const holder = variable ? variableHolder(variable, checker) : defined;
    const captures = usage.captured.get(name) ?? [];
    usage.captured.set(name, captures);
    const capture = captures.find((other) => other.holder === holder);
    if (capture) capture.writes ||= how !== undefined;
    else captures.push({ holder, writes: how !== undefined });
  };

  const visit = (node: ts.Node, closed: boolean, inFunction: boolean): void => {
    if (ts.isIdentifier(node)) refer(node, closed);
    if (ts.isIdentifier(node) || isTypeOnly(node)) return;
    if (ts.isHeritageClause(node) && node.token === ts.SyntaxKind.ImplementsKeyword) return;
    if (!inFunction && isAwait(node)) usage.awaits = true;
    if (ts.isVariableDeclaration(node) && !closed) variable = node;
    const functionLike = ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
    const closes =
      functionLike ||
      ts.isClassLike(node) ||
      ts.isModuleDeclaration(node) ||
      ts.isEnumDeclaration(node);
    const inner = (child: ts.Node): void => {
      const isName = closes && child === (node as ts.NamedDeclaration).name;
      if (isName && ts.isIdentifier(child)) return;
      visit(child, closed || (closes && !isName), inFunction || functionLike);
    };
    // A value is computed before it is assigned.
    if (ts.isBinaryExpression(node) && assigned(node.left) === "plain") {
      inner(node.right);
      inner(node.left);
    } else ts.forEachChild(node, inner);
  };

  for (const statement of statements) {
    here = new Set();
    variable = undefined;
    defined = definedName(statement);
    own = ts.isFunctionDeclaration(statement) ? undefined : defined;
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
