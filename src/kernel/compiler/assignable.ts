import ts from "typescript";

/**
 * Whether code that was checked against a variable of type `to` can work with a value of type `from`.
 *
 * Literal types count as their base: `const rate = 2` may follow `const rate = 1`. A class whose public members are the same
 * follows its earlier version, although private members make the two incompatible for TypeScript.
 */
export function isUsable(from: ts.Type, to: ts.Type, checker: ts.TypeChecker): boolean {
  const wide = checker.getBaseTypeOfLiteralType(to);
  if (checker.isTypeAssignableTo(from, wide)) return true;
  if (isNamed(to)) return hasMembersOf(from, to, checker);
  return text(checker.getBaseTypeOfLiteralType(from), checker) === text(wide, checker);
}

/** Whether a type's text is its name, as `typeof Point`, and so doesn't tell two versions apart. */
function isNamed(type: ts.Type): boolean {
  const { Class, Enum, Module } = ts.SymbolFlags;
  return type.symbol !== undefined && (type.symbol.flags & (Class | Enum | Module)) !== 0;
}

function text(type: ts.Type, checker: ts.TypeChecker): string {
  return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation);
}

/** Whether the class, enum or namespace `from` has the constructor and the public members that `to` has. */
function hasMembersOf(from: ts.Type, to: ts.Type, checker: ts.TypeChecker): boolean {
  const [made] = from.getConstructSignatures();
  const [expected] = to.getConstructSignatures();
  if (!expected) return covers(from, to, checker);
  if (!made) return false;
  return (
    checker.signatureToString(made) === checker.signatureToString(expected) &&
    covers(from, to, checker) &&
    covers(made.getReturnType(), expected.getReturnType(), checker)
  );
}

function covers(from: ts.Type, to: ts.Type, checker: ts.TypeChecker): boolean {
  return to.getProperties().every((expected) => {
    if (expected.name === "prototype" || isPrivate(expected)) return true;
    const member = from.getProperty(expected.name);
    if (!member || isPrivate(member)) return false;
    const actual = checker.getBaseTypeOfLiteralType(checker.getTypeOfSymbol(member));
    const wanted = checker.getBaseTypeOfLiteralType(checker.getTypeOfSymbol(expected));
    return (
      checker.isTypeAssignableTo(actual, wanted) || text(actual, checker) === text(wanted, checker)
    );
  });
}

function isPrivate({ valueDeclaration, escapedName }: ts.Symbol): boolean {
  if (String(escapedName).startsWith("__#")) return true;
  if (!valueDeclaration) return false;
  const { Private, Protected } = ts.ModifierFlags;
  return (ts.getCombinedModifierFlags(valueDeclaration) & (Private | Protected)) !== 0;
}
