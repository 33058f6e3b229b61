import ts from "typescript";

const { factory } = ts;

/**
 * Turns the pattern of a declaration into the target of an assignment: `{ a, b: [c = 1] }` keeps its form,
 * with `target(name)` in place of each bound name.
 *
 * @param target the expression that stands for a bound name
 * @param visit rewrites defaults and computed names
 */
export function assignmentTarget(
  name: ts.BindingName,
  target: (name: ts.Identifier) => ts.Expression,
  visit: (node: ts.Expression) => ts.Expression,
): ts.Expression {
  const convert = (inner: ts.BindingName): ts.Expression => assignmentTarget(inner, target, visit);
  const withDefault = (element: ts.BindingElement): ts.Expression => {
    const to = convert(element.name);
    if (!element.initializer) return to;
    const from = named(visit(element.initializer), element.name);
    return factory.createAssignment(to, from);
  };

  if (ts.isIdentifier(name)) return ts.setTextRange(target(name), name);
  if (ts.isObjectBindingPattern(name)) {
    return factory.createObjectLiteralExpression(
      name.elements.map((element) => {
        if (element.dotDotDotToken) return factory.createSpreadAssignment(convert(element.name));
        return factory.createPropertyAssignment(propertyName(element, visit), withDefault(element));
      }),
    );
  }
  return factory.createArrayLiteralExpression(
    name.elements.map((element) => {
      if (ts.isOmittedExpression(element)) return element;
      if (element.dotDotDotToken) return factory.createSpreadElement(convert(element.name));
      return withDefault(element);
    }),
  );
}

function propertyName(
  element: ts.BindingElement,
  visit: (node: ts.Expression) => ts.Expression,
): ts.PropertyName {
  const name = element.propertyName;
  if (!name) return factory.createIdentifier((element.name as ts.Identifier).text);
  if (ts.isComputedPropertyName(name)) {
    return factory.updateComputedPropertyName(name, visit(name.expression));
  }
  return name;
}

/**
 * Names an anonymous function or class after its variable, as a declaration would; assigned to a box's
 * property, it would have no name.
 */
export function named(value: ts.Expression, name: ts.BindingName): ts.Expression {
  if (!ts.isIdentifier(name) || !isAnonymousFunction(value)) return value;
  const property = factory.createPropertyAssignment(factory.createIdentifier(name.text), value);
  const object = factory.createObjectLiteralExpression([property]);
  return factory.createPropertyAccessExpression(
    factory.createParenthesizedExpression(object),
    name.text,
  );
}

function isAnonymousFunction(node: ts.Expression): boolean {
  if (ts.isParenthesizedExpression(node)) return isAnonymousFunction(node.expression);
  if (ts.isArrowFunction(node)) return true;
  return (ts.isFunctionExpression(node) || ts.isClassExpression(node)) && !node.name;
}
