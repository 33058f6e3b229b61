import { expect, test } from "vitest";
import { nodeDisk } from "../../../src/kernel/compiler/disk.node.js";
import { createCompiler } from "../../../src/kernel/compiler/index.js";
import { folder } from "../folder.js";

const compiler = () =>
  createCompiler({ cwd: folder(), language: "typescript", disk: nodeDisk, warm: false });

test("documentation is shown as prose and code, not as tags", () => {
  const cells = compiler();
  const source = `/**
 * Rounds to the grid of {@link Grid}, see {@link Grid.scale the scale}.
 *
 * @param x - values,
 *   any shape
 * @param scale the step
 * @returns codes
 * @throws RangeError if the scale is 0
 * @example
 * quantize([0.5], 0.25) // [2]
 * @internal
 */
function quantize(x: number[], scale: number): number[] { return x.map((v) => Math.round(v / scale)); }
interface Grid { scale: number }`;
  expect(cells.compile(source, 1).ok).toBe(true);
  const { data } = cells.inspect("quantize", 4, 0);
  const signature = "function quantize(x: number[], scale: number): number[]";
  expect(data["text/markdown"]).toBe(
    [
      `\`\`\`typescript\n${signature}\n\`\`\``,
      "Rounds to the grid of `Grid`, see the scale.",
      "**Parameters**\n\n- `x` – values, any shape\n- `scale` – the step",
      "**Returns** codes",
      "**Throws** RangeError if the scale is 0",
      "**Example**\n\n```typescript\nquantize([0.5], 0.25) // [2]\n```",
    ].join("\n\n"),
  );
  expect(data["text/plain"]).toBe(
    [
      signature,
      "Rounds to the grid of `Grid`, see the scale.",
      "Parameters:\n  x: values, any shape\n  scale: the step",
      "Returns: codes",
      "Throws: RangeError if the scale is 0",
      "Example:\n  quantize([0.5], 0.25) // [2]",
    ].join("\n\n"),
  );
  // Inside of the call's parentheses the documentation is the same.
  expect(cells.inspect("quantize([1], ", 14, 0).data["text/markdown"]).toContain(
    "**Returns** codes",
  );
});

test("a name without documentation has its signature alone", () => {
  expect(compiler().inspect("const n = 3; n", 14, 0).data).toEqual({
    "text/plain": "const n: 3",
    "text/markdown": "```typescript\nconst n: 3\n```",
  });
});
