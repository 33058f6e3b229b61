import { randomOp } from "./callSite.js";
import type { Constant, Problem, Trace } from "./values.js";

/** @internal What is wrong with a constant that JavaScript drew at random, if it did. */
export function randomProblem({ site }: Constant): Problem | undefined {
  const op = randomOp(site);
  if (!op) return undefined;
  return {
    what: `tf.${op} made random numbers in JavaScript, which a graph would repeat in each call`,
    remedy: "draw them with q.random, as in q.random.uniform(shape)",
    site,
  };
}

/** @internal The random constants that a trace's ops take, as problems. */
export function randomProblems({ operations, sources }: Trace): Problem[] {
  const used = new Set(operations.flatMap(({ inputs }) => inputs));
  return [...sources].flatMap(([id, source]) => {
    if (source.kind !== "constant" || !used.has(id)) return [];
    return randomProblem(source.constant) ?? [];
  });
}
