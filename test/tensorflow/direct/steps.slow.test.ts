import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("../../fixtures/cpuSteps.mjs", import.meta.url));

function losses(kernels: "on" | "off"): Record<string, number[]> {
  const env = { ...process.env, QATLAB_BACKEND: "cpu", QATLAB_KERNELS: kernels };
  return JSON.parse(
    execFileSync(process.execPath, [program], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
}

it("Training on the cpu backend has the same losses with direct kernels as with tfjs's, to the last bit", () => {
  const direct = losses("on");
  expect(Object.values(direct).flat()).toHaveLength(18);
  expect(new Set(direct.float).size).toBeGreaterThan(3);
  expect(direct).toEqual(losses("off"));
});
