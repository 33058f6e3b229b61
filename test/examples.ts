import ts from "typescript";

/** The docstring of an exported symbol. */
export interface Documented {
  /** E.g. `plot.line` or `Dataset.take`. */
  name: string;
  kind: "function" | "class" | "method" | "other";
  text: string;
  examples: string[];
}

/** All that a module exports, namespaces and public methods of classes included, with its docs. */
export function documented(file: string): Documented[] {
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const found: Documented[] = [];

  function visit(symbol: ts.Symbol, prefix: string): void {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const tags = target.getJsDocTags(checker);
    const name = prefix + symbol.name;
    if (target.flags & ts.SymbolFlags.ValueModule && target.name.startsWith('"')) {
      for (const inner of checker.getExportsOfModule(target)) visit(inner, `${name}.`);
      return;
    }
    if (tags.some((tag) => tag.name === "internal")) return;
    const { flags } = target;
    found.push({
      name,
      kind:
        flags & ts.SymbolFlags.Function
          ? "function"
          : flags & ts.SymbolFlags.Class
            ? "class"
            : flags & ts.SymbolFlags.Method
              ? "method"
              : "other",
      text: ts.displayPartsToString(target.getDocumentationComment(checker)),
      examples: tags
        .filter((tag) => tag.name === "example")
        .map((tag) => ts.displayPartsToString(tag.text)),
    });
    if (flags & ts.SymbolFlags.Class) {
      target.members?.forEach((member) => {
        const declaration = member.valueDeclaration;
        if (!declaration || !ts.isMethodDeclaration(declaration)) return;
        const hidden = ts.ModifierFlags.NonPublicAccessibilityModifier | ts.ModifierFlags.Override;
        if (ts.getCombinedModifierFlags(declaration) & hidden) return;
        if (!ts.isIdentifier(declaration.name)) return;
        visit(member, `${name}.`);
      });
    }
  }

  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  for (const symbol of checker.getExportsOfModule(module)) visit(symbol, "");
  return found;
}
