import { randomOp } from "./callSite.js";
import type { Constant, Operation, Problem, Trace } from "./values.js";

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

/** @internal What is wrong with an op that draws from a state of its own, if it does. */
export function stateProblem({ name, site }: Operation): Problem | undefined {
  if (name !== "Multinomial") return undefined;
  return {
    what: "tf.multinomial draws from a state of its own, which a graph would begin anew",
    remedy:
      "draw with q.random, as in logits.sub(q.random.uniform(shape).log().neg().log()).argMax(-1)",
    site,
  };
}

/** @internal The random constants that a trace's ops take, and ops that draw, as problems. */
export function randomProblems({ operations, sources }: Trace): Problem[] {
  const used = new Set(operations.flatMap(({ inputs }) => inputs));
  const constants = [...sources].flatMap(([id, source]) => {
    if (source.kind !== "constant" || !used.has(id)) return [];
    return randomProblem(source.constant) ?? [];
  });
  return [...constants, ...operations.flatMap((operation) => stateProblem(operation) ?? [])];
}
