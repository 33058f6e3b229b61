import type { TypedValues } from "../../loading/nodeBackend.js";
import type { Step } from "../step.js";
import type { Group } from "./group.js";
import { loopOf } from "./source.js";

type Program = (
  reads: TypedValues[],
  writes: TypedValues[],
  numbers: number[],
  sums: Float64Array[],
) => void;

/** Programs by their sources: loops that differ in lengths only share what V8 has learned of them. */
const programs = new Map<string, Program>();

/**
 * @internal
 * Whether programs may be written while others run: pages can forbid it (`Content-Security-Policy` without
 * `unsafe-eval`), and Node too (`--disallow-code-generation-from-strings`).
 */
export function canWritePrograms(): boolean {
  try {
    return new Function("return 1")() === 1;
  } catch {
    return false;
  }
}

/** @internal A step that computes a group of ops in one loop. */
export function loopStep(group: Group, needed: (id: number) => boolean): Step {
  const { source, reads, writes, numbers, sums } = loopOf(group, needed);
  let program = programs.get(source);
  if (!program) {
    program = new Function("r", "w", "n", "q", source) as Program;
    programs.set(source, program);
  }
  const run = program;
  return {
    reads,
    writes,
    bind(memory) {
      const [from, to] = [reads.map(memory), writes.map(memory)];
      const doubles = sums.map((count) => new Float64Array(count));
      return () => run(from, to, numbers, doubles);
    },
  };
}
