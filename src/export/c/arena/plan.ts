import type { IntegerProgram } from "../../../integer/index.js";
import { bytesOf, sizeOf } from "../sizes.js";
import { aliasesOf } from "./aliases.js";
import { type Block, place } from "./place.js";

/** @internal Where a tensor's codes are. */
export type Place =
  | { readonly kind: "input" | "output"; readonly index: number }
  | { readonly kind: "constant"; readonly tensor: number }
  | { readonly kind: "arena"; readonly offset: number };

/** @internal Where each tensor is, and the size of the arena that activations share. */
export interface Plan {
  readonly places: readonly Place[];
  readonly arenaBytes: number;
}

/**
 * @internal
 * Plans the memory of a program: inputs and outputs are the caller's, constants stand in flash, and all other
 * tensors share an arena.
 */
export function planMemory(program: IntegerProgram): Plan {
  const { tensors, inputs, outputs, ops } = program;
  const home = aliasesOf(program);
  const fixed = new Map<number, Place>();
  for (const [tensor, { codes }] of tensors.entries()) {
    if (codes) fixed.set(tensor, { kind: "constant", tensor });
  }
  for (const [index, tensor] of inputs.entries()) fixed.set(tensor, { kind: "input", index });
  // The tensors that share an output's memory stand in the caller's memory as well.
  for (const [index, tensor] of outputs.entries()) {
    if (!fixed.has(home[tensor]!)) fixed.set(home[tensor]!, { kind: "output", index });
  }
  const homes = [...new Set(ops.map(({ output }) => home[output]!))].filter(
    (tensor) => !fixed.has(tensor),
  );
  const blocks = homes.map((tensor) => blockOf(program, home, tensor));
  const { offsets, bytes } = place(blocks);
  for (const [index, tensor] of homes.entries()) {
    fixed.set(tensor, { kind: "arena", offset: offsets[index]! });
  }
  return { places: home.map((tensor) => fixed.get(tensor)!), arenaBytes: bytes };
}

/** The memory of a tensor and of all that share it, from the op that writes the first to the last op that reads one. */
function blockOf({ tensors, ops }: IntegerProgram, home: readonly number[], tensor: number): Block {
  const uses = ops.flatMap(({ inputs, output }, index) =>
    [...inputs, output].some((used) => used >= 0 && home[used] === tensor) ? [index] : [],
  );
  const alignment = bytesOf(tensors[tensor]!);
  const bytes = sizeOf(tensors[tensor]!) * alignment;
  return { bytes, alignment, first: Math.min(...uses), last: Math.max(...uses) };
}
