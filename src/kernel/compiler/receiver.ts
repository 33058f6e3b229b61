import ts from "typescript";
import type { Draft } from "./draft.js";
import type { Receiver } from "./types.js";

/**
 * The object before the dot at `offset` of the draft's file, where the object can be found among live values
 * without running code: a name of an earlier cell or of the global object, followed by plain names and indices.
 */
export function receiverAt(offset: number, draft: Draft): Receiver | undefined {
  const program = draft.service.getProgram();
  const file = program?.getSourceFile(draft.file);
  const access = file && accessAt(file, offset);
  if (!program || !access) return undefined;
  const path: string[] = [];
  let node: ts.Expression = access.expression;
  for (;;) {
    if (ts.isPropertyAccessExpression(node)) path.unshift(node.name.text);
    else if (
      ts.isElementAccessExpression(node) &&
      (ts.isStringLiteral(node.argumentExpression) || ts.isNumericLiteral(node.argumentExpression))
    )
      path.unshift(node.argumentExpression.text);
    else if (!ts.isParenthesizedExpression(node) && !ts.isNonNullExpression(node)) break;
    node = node.expression;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const symbol = program.getTypeChecker().getSymbolAtLocation(node);
  const slot = draft.slotOf(node.text);
  const here = symbol?.declarations?.filter(
    (declaration) => declaration.getSourceFile() === file && declaration.pos >= draft.shift,
  );
  // A name that this cell declares at its top level has the value of the cell's last run.
  if (here?.length && !here.every((declaration) => isTopLevel(declaration))) return undefined;
  if (here?.length && slot === undefined) return undefined;
  return { name: node.text, slot, path };
}

function accessAt(file: ts.SourceFile, offset: number): ts.PropertyAccessExpression | undefined {
  let found: ts.PropertyAccessExpression | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos > offset || node.end < offset) return;
    if (ts.isPropertyAccessExpression(node) && node.expression.end < offset) found = node;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isTopLevel(declaration: ts.Declaration): boolean {
  const statement = ts.findAncestor(declaration, (node) => ts.isSourceFile(node.parent));
  return (
    statement !== undefined &&
    (statement === declaration ||
      (ts.isVariableStatement(statement) &&
        ts.findAncestor(declaration, ts.isFunctionLike) === undefined))
  );
}
