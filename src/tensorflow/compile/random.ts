import { randomOp } from "./callSite.js";
import type { Constant, Operation, Problem, Trace } from "./values.js";

/** @internal The problem of a constant that JavaScript drew at random; `undefined` for any other constant. */
export function randomProblem({ site }: Constant): Problem | undefined {
  const op = randomOp(site);
  if (!op) return undefined;
  return {
    event: `tf.${op} made random numbers in JavaScript, which a graph would repeat in each call`,
    remedy: "draw them with q.random, as in q.random.uniform(shape)",
    site,
  };
}

/** @internal The problem of an op that draws from a state of its own; `undefined` for any other op. */
export function stateProblem({ name, site }: Operation): Problem | undefined {
  if (name !== "Multinomial") return undefined;
  return {
    event: "tf.multinomial draws from a state of its own, which a graph would begin anew",
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
