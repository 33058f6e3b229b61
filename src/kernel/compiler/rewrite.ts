import ts from "typescript";
import { assigned } from "./assigned.js";
import { isPromise, leavesCell } from "./awaits.js";
import { RuntimeCode, sequence } from "./code.js";
import { boundIdentifiers, hasModifier, isVar } from "./declarations.js";
import { dropExport, withoutExport } from "./exports.js";
import { assignmentTarget, named } from "./patterns.js";
import { isDeclared, type Plan } from "./plan.js";
import { stoppable } from "./stoppable.js";

const { factory, SyntaxKind } = ts;

/**
 * Rewrites a cell's statements: variables in boxes become `x$.v`, top-level `let`s become assignments to
 * locals declared before, awaits ask whether the reader has interrupted the cell.
 */
export class Rewriter {
  readonly code: RuntimeCode;
  /** Names of unboxed `var`s whose declarations became assignments. */
  readonly hoistedVars = new Set<string>();
  /** The depth of functions around the visited node: 0 is the cell's top level. */
  private depth = 0;

  /** @param publish assignments to the store, to be made before the cell waits */
  constructor(
    private readonly plan: Plan,
    private readonly context: ts.TransformationContext,
    private readonly publish: () => ts.Expression[],
  ) {
    this.code = new RuntimeCode(plan.names);
  }

  /** Rewrites a statement of the cell's top level. */
  statement(statement: ts.Statement): ts.Statement[] {
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return [];
    if (ts.isExportAssignment(statement)) {
      const value = this.expression(statement.expression);
      return [ts.setTextRange(factory.createExpressionStatement(value), statement)];
    }
    if (ts.isVariableStatement(statement)) {
      if (hasModifier(statement, SyntaxKind.DeclareKeyword)) return [];
      const list = statement.declarationList;
      const isLet = (list.flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.Let;
      if (isLet || (isVar(list) && this.hasBox(list))) return this.assignments(list, statement);
      return [
        factory.updateVariableStatement(
          statement,
          withoutExport(statement.modifiers),
          ts.visitNode(list, this.visit) as ts.VariableDeclarationList,
        ),
      ];
    }
    const visited = ts.visitNode(statement, this.visit) as ts.Statement | undefined;
    return visited ? [dropExport(visited)] : [];
  }

  expression(node: ts.Expression): ts.Expression {
    return ts.visitNode(node, this.visit) as ts.Expression;
  }

  private isBoxed(node: ts.Node): boolean {
    const { usage, variables } = this.plan;
    if (!usage.references.has(node)) return false;
    const variable = variables.get((node as ts.Identifier).text);
    if (variable?.boxed !== true) return false;
    if (variable.declaration.value === "mutable") return true;
    // A constant is a local of its own cell as well; assigning to one has to fail.
    const isShared = usage.closed.has(node) || !isDeclared(variable.name, this.plan);
    return isShared && assigned(node) === undefined;
  }

  private hasBox(list: ts.VariableDeclarationList): boolean {
    return list.declarations
      .flatMap(({ name }) => boundIdentifiers(name))
      .some((name) => this.isBoxed(name));
  }

  private readonly target = (name: ts.Identifier): ts.Expression =>
    this.isBoxed(name) ? this.code.boxed(name.text) : factory.createIdentifier(name.text);

  /** `let x = 1, { y } = o;` as assignments; without an initializer there is nothing to do. */
  private assignments(list: ts.VariableDeclarationList, range: ts.Node): ts.Statement[] {
    const expression = this.assignmentList(list);
    if (!expression) return [];
    return [ts.setTextRange(factory.createExpressionStatement(expression), range)];
  }

  private assignmentList(list: ts.VariableDeclarationList): ts.Expression | undefined {
    const parts: ts.Expression[] = [];
    if (isVar(list)) this.hoistNames(list);
    for (const declaration of list.declarations) {
      if (!declaration.initializer) continue;
      const visited = this.expression(declaration.initializer);
      const { name } = declaration;
      const value = this.isBoxed(name) ? named(visited, name) : visited;
      const to = this.assignmentTarget(declaration.name);
      parts.push(ts.setTextRange(factory.createAssignment(to, value), declaration));
    }
    return parts.length > 0 ? sequence(parts) : undefined;
  }

  private assignmentTarget(name: ts.BindingName): ts.Expression {
    return assignmentTarget(name, this.target, (node) => this.expression(node));
  }

  private hoistNames(list: ts.VariableDeclarationList): void {
    for (const name of list.declarations.flatMap(({ name }) => boundIdentifiers(name))) {
      if (!this.isBoxed(name)) this.hoistedVars.add(name.text);
    }
  }

  private readonly visit = (node: ts.Node): ts.VisitResult<ts.Node | undefined> => {
    if (ts.isTypeNode(node) && !ts.isExpressionWithTypeArguments(node)) return node;
    if (ts.isIdentifier(node)) {
      return this.isBoxed(node) ? ts.setTextRange(this.code.boxed(node.text), node) : node;
    }
    if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) {
      this.depth++;
      const visited = ts.visitEachChild(node, this.visit, this.context);
      this.depth--;
      return visited;
    }
    const rewritten = this.rewrite(node) ?? ts.visitEachChild(node, this.visit, this.context);
    return this.plan.stoppable && ts.isIterationStatement(rewritten, false)
      ? stoppable(rewritten, this.halt())
      : rewritten;
  };

  /** `if (flag$[0]) cell$.halt();` */
  private halt(): ts.Statement {
    const flag = factory.createIdentifier(this.plan.names.flag);
    return factory.createIfStatement(
      factory.createElementAccessExpression(flag, 0),
      factory.createExpressionStatement(this.code.call("halt")),
    );
  }

  private rewrite(node: ts.Node): ts.Node | undefined {
    if (ts.isShorthandPropertyAssignment(node)) return this.shorthand(node);
    if (ts.isCallExpression(node)) return this.call(node);
    if (ts.isTaggedTemplateExpression(node) && this.isBoxed(node.tag)) {
      const tag = this.detached(node.tag as ts.Identifier);
      const template = ts.visitNode(node.template, this.visit) as ts.TemplateLiteral;
      return factory.updateTaggedTemplateExpression(node, tag, undefined, template);
    }
    if (ts.isBinaryExpression(node)) return this.assignment(node);
    if (ts.isAwaitExpression(node)) return this.await(node);
    if (ts.isNewExpression(node) && isPromise(node.expression) && node.arguments) {
      const args = ts.visitNodes(node.arguments, this.visit, ts.isExpression);
      return ts.setTextRange(
        this.code.call("promise", this.expression(node.expression), ...args),
        node,
      );
    }
    if (ts.isMetaProperty(node) && node.keywordToken === SyntaxKind.ImportKeyword) {
      return ts.setTextRange(this.code.member("meta"), node);
    }
    return this.rewriteStatement(node);
  }

  private rewriteStatement(node: ts.Node): ts.Node | undefined {
    if (ts.isVariableStatement(node) && this.isCellVar(node.declarationList)) {
      const expression = this.assignmentList(node.declarationList);
      return expression
        ? ts.setTextRange(factory.createExpressionStatement(expression), node)
        : factory.createEmptyStatement();
    }
    if (ts.isForStatement(node) && this.isCellVar(node.initializer)) {
      return factory.updateForStatement(
        node,
        this.assignmentList(node.initializer),
        node.condition && this.expression(node.condition),
        node.incrementor && this.expression(node.incrementor),
        this.body(node.statement),
      );
    }
    if (ts.isForInStatement(node) && this.isCellVar(node.initializer)) {
      return factory.updateForInStatement(
        node,
        this.loopTarget(node.initializer),
        this.expression(node.expression),
        this.body(node.statement),
      );
    }
    if (ts.isForOfStatement(node)) return this.forOf(node);
    return undefined;
  }

  /** Whether a node is a `var` list of the cell's top level with a boxed name. */
  private isCellVar(node: ts.Node | undefined): node is ts.VariableDeclarationList {
    return (
      node !== undefined && ts.isVariableDeclarationList(node) && isVar(node) && this.hasBox(node)
    );
  }

  private loopTarget(list: ts.VariableDeclarationList): ts.Expression {
    this.hoistNames(list);
    return this.assignmentTarget(list.declarations[0]!.name);
  }

  private body(statement: ts.Statement): ts.Statement {
    const visited = ts.visitNode(statement, this.visit) as ts.Statement | undefined;
    return visited ?? factory.createEmptyStatement();
  }

  private forOf(node: ts.ForOfStatement): ts.Node | undefined {
    const boxed = this.isCellVar(node.initializer);
    if (!boxed && !node.awaitModifier) return undefined;
    const body = this.body(node.statement);
    return factory.updateForOfStatement(
      node,
      node.awaitModifier,
      boxed
        ? this.loopTarget(node.initializer as ts.VariableDeclarationList)
        : (ts.visitNode(node.initializer, this.visit) as ts.ForInitializer),
      this.expression(node.expression),
      node.awaitModifier ? this.checkedBody(body) : body,
    );
  }

  private checkedBody(body: ts.Statement): ts.Statement {
    const first = [this.code.call("check", factory.createFalse()), ...this.publishHere()];
    return factory.createBlock([
      ...first.map((expression) => factory.createExpressionStatement(expression)),
      body,
    ]);
  }

  private publishHere(): ts.Expression[] {
    return this.depth === 0 ? this.publish() : [];
  }

  private shorthand(node: ts.ShorthandPropertyAssignment): ts.Node | undefined {
    if (!this.isBoxed(node.name)) return undefined;
    const box = ts.setTextRange(this.code.boxed(node.name.text), node.name);
    const initializer = node.objectAssignmentInitializer;
    const value = initializer
      ? factory.createAssignment(box, named(this.expression(initializer), node.name))
      : box;
    return factory.createPropertyAssignment(factory.createIdentifier(node.name.text), value);
  }

  /** `(0, x$.v)`: called without a receiver. */
  private detached(name: ts.Identifier): ts.Expression {
    const value = factory.createComma(factory.createNumericLiteral(0), this.code.boxed(name.text));
    return ts.setTextRange(factory.createParenthesizedExpression(value), name);
  }

  private call(node: ts.CallExpression): ts.Node | undefined {
    const args = () => ts.visitNodes(node.arguments, this.visit, ts.isExpression);
    if (node.expression.kind === SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      const path =
        specifier && ts.isStringLiteralLike(specifier)
          ? this.plan.locals.get(specifier.text)
          : undefined;
      const more = path === undefined ? [] : [factory.createStringLiteral(path)];
      const loaded = this.code.call("importDynamically", ...args().slice(0, 1), ...more);
      return ts.setTextRange(loaded, node);
    }
    if (!this.isBoxed(node.expression)) return undefined;
    const callee = this.detached(node.expression as ts.Identifier);
    return ts.isCallChain(node)
      ? factory.updateCallChain(node, callee, node.questionDotToken, undefined, args())
      : factory.updateCallExpression(node, callee, undefined, args());
  }

  private assignment(node: ts.BinaryExpression): ts.Node | undefined {
    const { left, operatorToken } = node;
    const assigns =
      operatorToken.kind === SyntaxKind.EqualsToken ||
      operatorToken.kind === SyntaxKind.BarBarEqualsToken ||
      operatorToken.kind === SyntaxKind.AmpersandAmpersandEqualsToken ||
      operatorToken.kind === SyntaxKind.QuestionQuestionEqualsToken;
    if (!assigns || !this.isBoxed(left)) return undefined;
    const value = named(this.expression(node.right), left as ts.Identifier);
    return factory.updateBinaryExpression(node, this.expression(left), operatorToken, value);
  }

  private isImported(node: ts.Identifier): boolean {
    const { usage, variables } = this.plan;
    return (
      usage.references.has(node) && variables.get(node.text)?.declaration.imported !== undefined
    );
  }

  private await(node: ts.AwaitExpression): ts.Node {
    const how = leavesCell(node.expression, (name) => this.isImported(name)) ? "follow" : "until";
    const value = this.code.call(how, this.expression(node.expression));
    const awaited = factory.updateAwaitExpression(node, value);
    const checked = ts.setTextRange(this.code.checked(awaited), node);
    const publish = this.publishHere();
    if (publish.length === 0) return checked;
    return factory.createParenthesizedExpression(sequence([...publish, checked]));
  }
}
