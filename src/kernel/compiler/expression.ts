import ts from "typescript";

const { factory } = ts;

/**
 * Compiles an expression that is evaluated in a frame of a compiled cell: names in `boxes` are read from their boxes, `x` as
 * `x$.v`.
 *
 * @param suffix the ending of the compiler's own names in that cell
 */
export function compileExpression(source: string, boxes: string[], suffix: string): string {
  const names = new Set(boxes);
  const unbox: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isShorthandPropertyAssignment(node) && names.has(node.name.text)) {
        return factory.createPropertyAssignment(node.name, boxed(node.name.text));
      }
      if (ts.isIdentifier(node) && names.has(node.text) && isValue(node)) return boxed(node.text);
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitEachChild(file, visit, context);
  };
  const boxed = (name: string) =>
    factory.createPropertyAccessExpression(factory.createIdentifier(`${name}${suffix}`), "v");
  const target = ts.ScriptTarget.ES2024;
  const { outputText } = ts.transpileModule(`(${source}\n)`, {
    compilerOptions: { target, module: ts.ModuleKind.ESNext },
    transformers: { before: [unbox] },
  });
  return outputText;
}

/** Whether an identifier is read, not the name of a member. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !ts.isMethodDeclaration(parent) && !ts.isParameter(parent) && !ts.isTypeNode(parent);
}
