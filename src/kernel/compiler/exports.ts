import ts from "typescript";
import { hasModifier, topLevelDeclarations } from "./declarations.js";

const { factory, SyntaxKind } = ts;

/** Names that a cell's own `export { a as b }` already exports. */
export function exportedNames(file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (
      ts.isExportDeclaration(statement) &&
      statement.exportClause &&
      ts.isNamedExports(statement.exportClause)
    ) {
      for (const { name } of statement.exportClause.elements) names.add(name.text);
    }
    const isExported =
      hasModifier(statement, SyntaxKind.ExportKeyword) &&
      !hasModifier(statement, SyntaxKind.DefaultKeyword);
    if (isExported) for (const name of topLevelDeclarations([statement]).keys()) names.add(name);
  }
  return names;
}

const exportKinds = [SyntaxKind.ExportKeyword, SyntaxKind.DefaultKeyword];

/** The modifiers without `export` and `default`. */
export function withoutExport<T extends ts.ModifierLike>(
  modifiers: readonly T[] | undefined,
): T[] | undefined {
  return modifiers?.filter((modifier) => !exportKinds.includes(modifier.kind));
}

/** Makes an exported declaration a plain one, since a cell has no exports. */
export function dropExport(node: ts.Statement): ts.Statement {
  if (!hasModifier(node, SyntaxKind.ExportKeyword)) return node;
  if (ts.isFunctionDeclaration(node)) {
    const modifiers = withoutExport(node.modifiers);
    const { asteriskToken, name, typeParameters, parameters, type, body } = node;
    return factory.updateFunctionDeclaration(
      node,
      modifiers,
      asteriskToken,
      name ?? factory.createUniqueName("default"),
      typeParameters,
      parameters,
      type,
      body,
    );
  }
  if (ts.isClassDeclaration(node)) {
    const { name, typeParameters, heritageClauses, members } = node;
    return factory.updateClassDeclaration(
      node,
      withoutExport(node.modifiers),
      name ?? factory.createUniqueName("default"),
      typeParameters,
      heritageClauses,
      members,
    );
  }
  if (ts.isEnumDeclaration(node)) {
    return factory.updateEnumDeclaration(
      node,
      withoutExport(node.modifiers),
      node.name,
      node.members,
    );
  }
  if (ts.isModuleDeclaration(node)) {
    return factory.updateModuleDeclaration(
      node,
      withoutExport(node.modifiers),
      node.name,
      node.body,
    );
  }
  return node;
}
