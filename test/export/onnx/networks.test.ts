import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createEngine } from "../../../src/integer/index.js";
import { drawnNetwork, generator } from "../../fixtures/index.js";
import golden from "../../golden/onnx_networks.json" with { type: "json" };
import type { Case } from "./cases.js";
import { fileOf, writeCases } from "./files.js";

const count = 200;

/** Where test/peers/onnx_networks.py shall find the files. */
const folder = process.env.QATLAB_ONNX_NETWORKS;

/** A drawn network with the codes of an example. */
function network(seed: number): Case {
  const program = { ...drawnNetwork(seed), kernel: "xnnpack" as const };
  const random = generator(seed + 1000);
  const inputs = program.inputs.map((index) => {
    const { shape, smallest, largest } = program.tensors[index]!;
    const length = shape.reduce((a, b) => a * b, 1);
    const code = () => smallest + Math.floor(random() * (largest - smallest + 1));
    return Int8Array.from({ length }, code);
  });
  return {
    name: String(seed),
    program: { ...program, outputs: program.outputs.slice(-1) },
    inputs,
  };
}

const networks = Array.from({ length: count }, (_, i) => network(i + 1));
const codesOf = ({ program, inputs }: Case) =>
  Int32Array.from(createEngine(program).run(inputs)[0]!);

describe("drawn networks that ONNX Runtime has run", () => {
  it("are written for the peer program", ({ skip }) => {
    if (!folder) skip("QATLAB_ONNX_NETWORKS names no folder for them");
    writeCases(folder!, networks);
    const codes = networks.map((each) => [...codesOf(each)]);
    writeFileSync(join(folder!, "codes.json"), JSON.stringify(codes));
  });

  it("are written byte for byte again", { tags: "slow" }, () => {
    const hash = createHash("sha256");
    for (const each of networks) hash.update(fileOf(each));
    expect(hash.digest("hex")).toBe(golden.files);
  });

  it("have the engine's codes in nineteen of twenty networks, and codes next to them in the others", {
    tags: "slow",
  }, () => {
    const others = new Map(golden.others.map(([seed, ...rest]) => [seed!, rest]));
    const hash = createHash("sha256");
    for (const [i, each] of networks.entries()) {
      if (!others.has(i + 1)) hash.update(codesOf(each));
    }
    expect(hash.digest("hex")).toBe(golden.exact);
    expect(networks.length - others.size).toBe(golden.equal);
    expect(golden.equal).toBeGreaterThanOrEqual(0.95 * count);
    // ONNX Runtime rounds sums, means and tables in float; later layers may carry a code on.
    for (const [, largest] of others.values()) expect(largest).toBeLessThanOrEqual(2);
  });
});
