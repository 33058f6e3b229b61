/**
 * @internal
 * The values of a tensor with its axes in another order: axis i of the result is axis `order[i]`.
 */
export function permuted(
  values: ArrayLike<number>,
  shape: readonly number[],
  order: readonly number[],
): number[] {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
  const visit = (axes: readonly number[], offset: number, into: number[]): number[] => {
    const [axis, ...rest] = axes;
    if (axis === undefined) into.push(values[offset]!);
    else for (let i = 0; i < shape[axis]!; i++) visit(rest, offset + i * strides[axis]!, into);
    return into;
  };
  return visit(order, 0, []);
}
