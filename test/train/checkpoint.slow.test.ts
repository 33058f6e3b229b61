import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as q from "../../src/index.js";
import { clean, fresh, trained } from "./stopped.js";

let train: q.Dataset;

beforeAll(async () => {
  ({ train } = await q.datasets.digits());
});
afterAll(clean);

describe("a training that was stopped goes on as if it had not, bit for bit,", () => {
  const optimizers = ["sgd", "momentum", "adagrad", "adadelta", "adamax", "rmsprop"] as const;
  it.each(optimizers)("eagerly, by %s", async (optimizer) => {
    const options = { optimizer, compile: false };
    const whole = await trained(train.take(200), options);
    expect(await trained(train.take(200), options, [7, 13])).toEqual(whole);
  });

  it.each(["adam", "momentum", "rmsprop"] as const)("compiled, by %s", async (optimizer) => {
    const options = { optimizer, rewrite: false };
    const whole = await trained(train.take(200), options);
    expect(await trained(train.take(200), options, [5, 15, 22])).toEqual(whole);
  });

  // Without a tail one graph runs all the time, and keeps slots in units of its own.
  it.each([
    ["adam", 192, 8],
    ["rmsprop", 192, 8],
    // The tail is eager in few epochs, and has a graph in many.
    ["adam", 200, 8],
    ["adam", 200, 12],
  ] as const)(
    "compiled and rewritten, by %s, with %d examples, %d times",
    async (optimizer, size, epochs) => {
      const options = { optimizer, epochs };
      const whole = await trained(train.take(size), options);
      const stopped = await trained(train.take(size), options, [8, 18]);
      // Steps after the last snapshot are taken again.
      expect(stopped.taken).toBeGreaterThan(whole.taken);
      expect({ ...stopped, taken: whole.taken }).toEqual(whole);
    },
  );
});

/** Trains in another process, prints each epoch, then the losses and a sum of all weights' bits. */
const program = `
  const q = await import("./dist/index.js");
  const { train } = await q.datasets.digits();
  const model = q.models.depthwiseCnn({ inputShape: [8, 8, 1], classes: 10, seed: 7 });
  const callbacks = { onEpochEnd: (epoch) => console.log("epoch", epoch) };
  const checkpoint = process.argv[1];
  const history = await q.fit(model, train.take(256), { epochs: 60, checkpoint, callbacks, progress: false });
  const bits = model.getWeights().flatMap((w) => [...new Uint32Array(w.dataSync().buffer)]);
  const hash = bits.reduce((hash, word) => Math.imul(hash ^ word, 0x01000193) >>> 0, 0x811c9dc5);
  console.log("done", hash, JSON.stringify(history.map(({ loss }) => loss)));
`;

/** The line that it ends with; undefined when it was killed after so many epochs. */
function run(checkpoint: string, epochs = Number.POSITIVE_INFINITY) {
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const args = ["--input-type=module", "-e", program, checkpoint];
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
    if (output.split("epoch").length > epochs) child.kill("SIGKILL");
  });
  return new Promise<string | undefined>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(/done .*/.exec(output)?.[0]));
  });
}

it("a process that is killed again and again comes to the same weights as one that isn't", async () => {
  const whole = await run(fresh());
  expect(whole).toMatch(/^done \d+ \[2\./);
  const checkpoint = fresh();
  expect(await run(checkpoint, 7)).toBeUndefined();
  expect(await run(checkpoint, 20)).toBeUndefined();
  expect(await run(checkpoint)).toBe(whole);
});
