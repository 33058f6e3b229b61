import { describe, expect, it } from "vitest";
import { type Block, place } from "../../../src/export/c/arena/place.js";
import { planMemory } from "../../../src/export/c/arena/plan.js";
import { generator } from "../../fixtures/index.js";
import { Chain } from "./chains.js";

const block = (bytes: number, first: number, last: number): Block => ({
  bytes,
  first,
  last,
  alignment: 1,
});

describe("place", () => {
  it("gives blocks the same memory when their times don't meet", () => {
    const chain = [block(100, 0, 1), block(60, 1, 2), block(80, 2, 3)];
    expect(place(chain)).toEqual({ offsets: [0, 100, 0], bytes: 160 });
  });

  it("takes a gap that is large enough", () => {
    const blocks = [block(50, 0, 1), block(40, 0, 3), block(30, 0, 3), block(20, 2, 3)];
    expect(place(blocks)).toEqual({ offsets: [0, 50, 90, 0], bytes: 120 });
  });

  it("starts words at multiples of their size", () => {
    const word = { bytes: 8, first: 0, last: 1, alignment: 4 };
    expect(place([block(9, 0, 1), word])).toEqual({ offsets: [0, 12], bytes: 20 });
  });

  it("never lets blocks overlap in time and memory, and needs no more than all of them", () => {
    const random = generator(5);
    const draw = (n: number) => Math.floor(random() * n);
    for (let trial = 0; trial < 100; trial++) {
      const blocks = Array.from({ length: 1 + draw(20) }, () => {
        const first = draw(15);
        return block(1 + draw(100), first, first + draw(6));
      });
      const { offsets, bytes } = place(blocks);
      for (const [i, a] of blocks.entries()) {
        for (const [j, b] of blocks.entries()) {
          if (i === j || a.first > b.last || b.first > a.last) continue;
          if (offsets[i]! + a.bytes <= offsets[j]!) continue;
          if (offsets[j]! + b.bytes <= offsets[i]!) continue;
          throw new Error(`trial ${trial}: blocks ${i} and ${j} overlap`);
        }
      }
      const at = (time: number) =>
        blocks.reduce((sum, { first, last, bytes: size }) => {
          return first <= time && time <= last ? sum + size : sum;
        }, 0);
      expect(bytes).toBeGreaterThanOrEqual(Math.max(...blocks.map(({ first }) => at(first))));
      expect(bytes).toBeLessThanOrEqual(blocks.reduce((sum, { bytes: size }) => sum + size, 0));
    }
  });
});

/** The program of a chain, with these outputs. */
const programOf = (chain: Chain, x: number, outputs: number[]) => ({
  ...chain.program("chain", [x]),
  outputs,
});

describe("planMemory", () => {
  it("keeps inputs, outputs and constants out of the arena", () => {
    const chain = new Chain(1);
    const x = chain.activation([1, 6]);
    const y = chain.dense(x, 4);
    const { places, arenaBytes } = planMemory(programOf(chain, x, [y]));
    expect(arenaBytes).toBe(0);
    expect(places[x]).toEqual({ kind: "input", index: 0 });
    expect(places[y]).toEqual({ kind: "output", index: 0 });
  });

  it("needs the two largest neighbours of a chain, and nothing for a reshaped tensor", () => {
    const chain = new Chain(1);
    const input = chain.activation([1, 6]);
    let x = input;
    for (const units of [10, 30, 20, 5]) {
      x = chain.reshape(chain.reshape(chain.dense(x, units), [1, 1, units]), [1, units]);
    }
    expect(planMemory(programOf(chain, input, [chain.dense(x, 3)])).arenaBytes).toBe(50);
  });

  it("copies a tensor that is reshaped if it is an output, or is read afterwards", () => {
    const chain = new Chain(1);
    const x = chain.activation([1, 6]);
    const hidden = chain.dense(x, 8);
    const reshaped = chain.reshape(hidden, [1, 2, 4]);
    const { places } = planMemory(programOf(chain, x, [hidden, reshaped]));
    expect([places[hidden], places[reshaped]]).toEqual([
      { kind: "output", index: 0 },
      { kind: "output", index: 1 },
    ]);
    const outputs = [chain.dense(hidden, 3), chain.dense(reshaped, 3)];
    const plan = planMemory(programOf(chain, x, outputs));
    expect(plan.places[hidden]).not.toEqual(plan.places[reshaped]);
  });
});
