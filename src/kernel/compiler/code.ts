import ts from "typescript";
import type { RuntimeNames } from "./plan.js";

const { factory } = ts;

/** Writes the calls of the cell's runtime. */
export class RuntimeCode {
  constructor(private readonly names: RuntimeNames) {}

  /** `cell$.name` */
  member(name: string): ts.PropertyAccessExpression {
    return factory.createPropertyAccessExpression(factory.createIdentifier(this.names.cell), name);
  }

  /** `cell$.name(...)` */
  call(name: string, ...args: ts.Expression[]): ts.CallExpression {
    return factory.createCallExpression(this.member(name), undefined, args);
  }

  /** `cell$.slots["x@3"]` */
  slot(slot: string): ts.Expression {
    return factory.createElementAccessExpression(
      this.member("slots"),
      factory.createStringLiteral(slot),
    );
  }

  /** `x$.v` */
  boxed(name: string): ts.PropertyAccessExpression {
    return factory.createPropertyAccessExpression(
      factory.createIdentifier(this.names.box(name)),
      "v",
    );
  }

  /** `cell$.check(cell$.stopped, await value)` */
  checked(value: ts.Expression): ts.CallExpression {
    return this.call("check", this.member("stopped"), value);
  }
}

/** `const name = value;`, or `let`. */
export function declare(
  name: string,
  value?: ts.Expression,
  flags: ts.NodeFlags = ts.NodeFlags.Const,
): ts.Statement {
  const declaration = factory.createVariableDeclaration(name, undefined, undefined, value);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], flags),
  );
}

/** `a, b, c` */
export function sequence(expressions: readonly ts.Expression[]): ts.Expression {
  return expressions.reduce((left, right) => factory.createComma(left, right));
}
