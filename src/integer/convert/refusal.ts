/**
 * The error for a layer that has no integer form.
 *
 * @param name the layer's name
 * @param why the obstacle, and in brackets the way out
 */
export function refusal(name: string, why: string): TypeError {
  return new TypeError(`cannot convert layer "${name}": ${why}`);
}
