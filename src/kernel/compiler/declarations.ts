import ts from "typescript";

/**
 * How a name's value lives at run time: `constant` never changes once it is initialised (const, function,
 * class, enum, namespace, import), `mutable` is a `let` or `var`, `ambient` is declared and made
 * elsewhere (`declare const x: number`), `none` has no value (interface, type).
 */
export type ValueKind = "constant" | "mutable" | "ambient" | "none";

/** The meaning of one name among a cell's top-level declarations. */
export interface Declaration {
  value: ValueKind;
  /** Whether the name is (also) a type or a namespace of types. */
  type: boolean;
  /** Whether the value exists from the cell's first statement on, as for `var` and functions. */
  hoisted: boolean;
  /**
   * The import that declares it: only the checker knows whether an import without the word `type` means a
   * value, a type or both.
   */
  imported: "any" | "type" | undefined;
  /** The type's own parameters, e.g. `["T", "U = any"]`. */
  parameters?: string[];
}

/**
 * The names that a source file declares at its top level, `var`s of nested blocks included, from the
 * syntax alone (no binder, no checker).
 */
export function topLevelDeclarations(
  statements: readonly ts.Statement[],
): Map<string, Declaration> {
  const declarations = new Map<string, Declaration>();
  const add = (name: string, addition: Partial<Declaration>) => {
    const earlier = declarations.get(name) ?? {
      value: "none",
      type: false,
      hoisted: false,
      imported: undefined,
    };
    declarations.set(name, {
      value: addition.value && addition.value !== "none" ? addition.value : earlier.value,
      type: earlier.type || (addition.type ?? false),
      hoisted: earlier.hoisted || (addition.hoisted ?? false),
      imported: earlier.imported ?? addition.imported,
      parameters: addition.parameters ?? earlier.parameters,
    });
  };
  for (const statement of statements) addStatement(statement, add);
  for (const statement of statements) addNestedVars(statement, add);
  return declarations;
}

type Add = (name: string, addition: Partial<Declaration>) => void;

function addStatement(statement: ts.Statement, add: Add): void {
  const ambient = hasModifier(statement, ts.SyntaxKind.DeclareKeyword);
  if (ts.isVariableStatement(statement)) {
    const value = ambient
      ? "ambient"
      : isReassignable(statement.declarationList)
        ? "mutable"
        : "constant";
    for (const name of declaredNames(statement.declarationList)) add(name, { value });
  } else if (ts.isFunctionDeclaration(statement) && statement.name) {
    const value = ambient ? "ambient" : "constant";
    add(statement.name.text, { value, hoisted: !ambient });
  } else if (ts.isClassDeclaration(statement) && statement.name) {
    add(statement.name.text, { value: ambient ? "ambient" : "constant", ...typeOf(statement) });
  } else if (ts.isEnumDeclaration(statement)) {
    add(statement.name.text, { value: ambient ? "ambient" : "constant", type: true });
  } else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name)) {
    const value = ambient ? "ambient" : hasValue(statement) ? "constant" : "none";
    if (!(statement.flags & ts.NodeFlags.GlobalAugmentation)) {
      add(statement.name.text, { value, type: true });
    }
  } else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) {
    add(statement.name.text, typeOf(statement));
  } else if (ts.isImportEqualsDeclaration(statement)) {
    add(statement.name.text, imported(statement.isTypeOnly));
  } else if (ts.isImportDeclaration(statement) && statement.importClause) {
    addImports(statement.importClause, add);
  }
}

function typeOf(
  node: ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration,
): Partial<Declaration> {
  const parameters = node.typeParameters?.map(({ name, default: fallback }) =>
    fallback ? `${name.text} = any` : name.text,
  );
  return { type: true, parameters };
}

function addImports(clause: ts.ImportClause, add: Add): void {
  const typeOnly = clause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  if (clause.name) add(clause.name.text, imported(typeOnly));
  if (!clause.namedBindings) return;
  if (ts.isNamespaceImport(clause.namedBindings)) {
    add(clause.namedBindings.name.text, imported(typeOnly));
    return;
  }
  for (const element of clause.namedBindings.elements) {
    add(element.name.text, imported(typeOnly || element.isTypeOnly));
  }
}

function imported(typeOnly: boolean): Partial<Declaration> {
  return { value: typeOnly ? "none" : "constant", type: true, imported: typeOnly ? "type" : "any" };
}

/**
 * Collects the `var`s of blocks, loops and conditions, which belong to the cell; `var`s of functions and
 * classes don't.
 */
function addNestedVars(node: ts.Node, add: Add): void {
  if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
  if (ts.isVariableDeclarationList(node) && isVar(node) && !isAmbient(node)) {
    for (const name of declaredNames(node)) add(name, { value: "mutable", hoisted: true });
  }
  ts.forEachChild(node, (child) => addNestedVars(child, add));
}

/** Whether a list is a `var`. */
export function isVar(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) === 0;
}

function isReassignable(list: ts.VariableDeclarationList): boolean {
  return isVar(list) || (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let;
}

function isAmbient(list: ts.VariableDeclarationList): boolean {
  return (
    ts.isVariableStatement(list.parent) && hasModifier(list.parent, ts.SyntaxKind.DeclareKeyword)
  );
}

/** Whether `node` carries the modifier, e.g. `export`. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false)
  );
}

/** All names that the list's declarations bind, through patterns. */
export function declaredNames(list: ts.VariableDeclarationList): string[] {
  return list.declarations.flatMap((declaration) => boundNames(declaration.name));
}

/** All names that a binding name or pattern binds. */
export function boundNames(name: ts.BindingName): string[] {
  return boundIdentifiers(name).map(({ text }) => text);
}

/** The nodes of these names. */
export function boundIdentifiers(name: ts.BindingName): ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? boundIdentifiers(element.name) : [],
  );
}

/** Whether a namespace holds anything but types. */
function hasValue(module: ts.ModuleDeclaration): boolean {
  const { body } = module;
  if (!body) return false;
  if (ts.isModuleDeclaration(body)) return hasValue(body);
  if (!ts.isModuleBlock(body)) return false;
  return body.statements.some((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return false;
    return ts.isModuleDeclaration(statement) ? hasValue(statement) : true;
  });
}
