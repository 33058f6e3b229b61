import { sum, type Timing } from "./timing.js";

/** @internal A part of a call's time, with the colour that stands for it. */
export interface Part {
  name: string;
  color: string;
  ms: number;
}

/**
 * The groups of ops; pooling counts as a convolution. Time inside TensorFlow has Okabe and Ito's sky blue
 * and its tints; other time has other colours.
 */
const groups = [
  { name: "convolution", color: "#56B4E9", ops: /Conv|Pool/ },
  { name: "matrix product", color: "#8FCDF1", ops: /MatMul|Einsum/ },
  { name: "other ops", color: "#C7E6F8", ops: /./ },
];
const graph = { name: "graph", color: "#2E93CC" };
const memory = { name: "memory", color: "#E69F00" };
/** @internal The house's neutral colour; text on it is white. */
export const grey = "#767676";
const javascript = { name: "JavaScript", color: grey };

/** @internal The names of all parts, in the order in which they stand in a bar. */
export const order = [...groups, graph, memory, javascript].map(({ name }) => name);

/**
 * @internal The parts of a call's time, which sum to the whole; parts that take no time are left out.
 */
export function parts({ ops, native, memory: { ms }, javascript: rest }: Timing): Part[] {
  const computing = ops.size > 0 ? byGroup(ops) : [{ ...graph, ms: native.ms }];
  const all = [...computing, { ...memory, ms }, { ...javascript, ms: rest }];
  return all.filter((part) => part.ms > 0);
}

function byGroup(ops: Timing["ops"]): Part[] {
  const groupOf = (op: string) => groups.find((group) => group.ops.test(op))!;
  return groups.map((group) => {
    const members = [...ops].filter(([op]) => groupOf(op) === group);
    return { name: group.name, color: group.color, ms: sum(members.map(([, t]) => t)).ms };
  });
}
