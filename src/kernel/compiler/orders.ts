import ts from "typescript";
import type { CommandName } from "../commandNames.js";
import type { RuntimeCode } from "./code.js";
import type { Plan } from "./plan.js";
import { type Command, statementAfter } from "./reading/index.js";

const { factory } = ts;

/** Writes the calls for a cell's commands, each where it stands among the statements. */
export class Orders {
  private readonly waiting: Command[];
  /** The statement that `%time` or `%timeit` stands before, by the command. */
  private readonly timed = new Map<ts.Node, CommandName>();
  private timesCell = false;

  constructor(
    private readonly plan: Plan,
    private readonly code: RuntimeCode,
  ) {
    this.waiting = [...plan.commands];
    for (const { name, end } of plan.commands) {
      if (name !== "time" && name !== "timeit") continue;
      const statement = statementAfter(end, plan.file);
      if (statement) this.timed.set(statement, name);
    }
  }

  /** The code before a statement: the commands above it, and the start of its timer. */
  before(statement: ts.Statement): ts.Statement[] {
    const start = statement.getStart(this.plan.file);
    const statements = this.until(start);
    if (this.timed.get(statement) === "time") statements.push(this.call("startTimer"));
    return statements;
  }

  after(statement: ts.Statement): ts.Statement[] {
    return this.timed.get(statement) === "time" ? [this.call("stopTimer")] : [];
  }

  /** The commands below the last statement, and the end of a timer of the whole cell. */
  atEnd(): ts.Statement[] {
    const statements = this.until(Number.POSITIVE_INFINITY);
    return this.timesCell ? [...statements, this.call("stopTimer")] : statements;
  }

  isTimeit(statement: ts.Statement): statement is ts.ExpressionStatement {
    return this.timed.get(statement) === "timeit";
  }

  private until(offset: number): ts.Statement[] {
    const statements: ts.Statement[] = [];
    while (this.waiting[0] && this.waiting[0].offset < offset) {
      const { name, argument, end } = this.waiting.shift()!;
      if (name === "time" && !statementAfter(end, this.plan.file)) {
        this.timesCell = true;
        statements.push(this.call("startTimer"));
      } else if (isOrder(name)) {
        const text = [name, argument].map((part) => factory.createStringLiteral(part));
        const done = factory.createAwaitExpression(this.code.call("command", ...text));
        statements.push(factory.createExpressionStatement(this.code.checked(done)));
      }
    }
    return statements;
  }

  private call(name: string): ts.Statement {
    return factory.createExpressionStatement(this.code.call(name));
  }
}

/** Whether a command is carried out while the cell runs. */
function isOrder(name: CommandName): boolean {
  return name !== "time" && name !== "timeit" && name !== "types";
}

/** Whether a cell waits for a command. */
export function isAwaited({ name }: Command): boolean {
  return name === "timeit" || isOrder(name);
}
