import type { ManifestTensor } from "../form.js";
import { valuesOf } from "../tensors.js";

/**
 * @internal
 * The difference of outputs in words; empty if no value differs by more than a share of the largest expected value.
 */
export function differenceOf(
  actual: readonly ManifestTensor[],
  expected: readonly ManifestTensor[],
  tolerance: number,
): string {
  if (actual.length !== expected.length) {
    return `${actual.length} outputs, not ${expected.length}`;
  }
  // A runtime may have names of its own; the order is then the model's.
  const names = new Map(actual.map((output) => [output.name, output]));
  const isNamed = expected.every(({ name }) => names.has(name));
  const differences = expected.map((output, i) =>
    differenceIn(isNamed ? names.get(output.name)! : actual[i]!, output, tolerance),
  );
  return differences.find((difference) => difference !== "") ?? "";
}

function differenceIn(actual: ManifestTensor, expected: ManifestTensor, tolerance: number): string {
  const { name } = expected;
  const [is, was] = [valuesOf(actual), valuesOf(expected)];
  if (!is || !was || String(actual.shape) !== String(expected.shape)) {
    return `output ${name} has shape [${actual.shape}], not [${expected.shape}]`;
  }
  const largest = was.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const allowed = tolerance * largest;
  const wrong = was.findIndex((value, i) => !isNear(is[i]!, value, allowed));
  if (wrong < 0) return "";
  const count = was.reduce((sum, value, i) => sum + (isNear(is[i]!, value, allowed) ? 0 : 1), 0);
  return `${count} of ${was.length} values of output ${name} differ by more than ${allowed}; value ${wrong} is ${is[wrong]}, not ${was[wrong]}`;
}

function isNear(a: number, b: number, allowed: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= allowed;
}
