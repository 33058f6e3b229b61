import ts from "typescript";

const { factory } = ts;

/** The loop with `check` before each turn of its body. */
export function stoppable(loop: ts.IterationStatement, check: ts.Statement): ts.IterationStatement {
  const { statement } = loop;
  const body = ts.isBlock(statement)
    ? factory.updateBlock(statement, [check, ...statement.statements])
    : factory.createBlock([check, statement], true);
  if (ts.isForStatement(loop)) {
    const { initializer, condition, incrementor } = loop;
    return factory.updateForStatement(loop, initializer, condition, incrementor, body);
  }
  if (ts.isForInStatement(loop)) {
    return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
  }
  if (ts.isForOfStatement(loop)) {
    const { awaitModifier, initializer, expression } = loop;
    return factory.updateForOfStatement(loop, awaitModifier, initializer, expression, body);
  }
  if (ts.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
  if (ts.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
  return loop;
}
