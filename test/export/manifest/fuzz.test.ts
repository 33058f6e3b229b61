import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownDigest } from "../../../src/export/manifest/digests.js";
import * as q from "../../../src/index.js";
import { generator, whole } from "../../fixtures/index.js";

const folder = mkdtempSync(join(tmpdir(), "qatlab-fuzz-manifest-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, "net.bin");
const path = `${file}.manifest.json`;
/** In milliseconds. */
const timeout = whole ? 900_000 : 60_000;
const count = whole ? 10_000 : 150;
let text: string;

beforeAll(async () => {
  const model = q.tf.sequential({
    layers: [q.tf.layers.dense({ name: "dense", units: 2, inputShape: [3] })],
  });
  writeFileSync(file, "some bytes");
  const test = { xs: q.tf.ones([2, 3]), ys: q.tf.tensor1d([0, 1], "int32") };
  await q.export.manifest(file, { model, test, calibration: test, seeds: { model: 1 } });
  text = readFileSync(path, "utf8");
});

/** The message of an error, or the parts of a manifest that was taken. */
async function verdictOn(content: string | Uint8Array): Promise<string> {
  writeFileSync(path, content);
  try {
    const { parts } = await q.export.verify(file);
    return parts.map(({ part, result }) => `${part} ${result}`).join();
  } catch (error) {
    return (error as Error).message;
  }
}

/** Values that no manifest has in most places. */
const odd = (random: () => number): unknown => {
  const values = [
    ...[null, true, -1, 0, 1.5, 1e308, 2 ** 53, "", "x", [], {}, "../secret", "/etc/passwd"],
    ...[
      "a\u0000b",
      "C:\\x",
      "net.bin/../../x",
      "\u001b[2J",
      "A".repeat(1 << 16),
      Array(20_000).fill(0),
    ],
    ...[
      { length: 1e9 },
      JSON.parse('{"__proto__":{"x":1}}'),
      [[[[[[[[]]]]]]]],
      [4294967295, 4294967295],
    ],
  ];
  return values[Math.floor(random() * values.length)];
};

/** Puts an odd value into a random place, or removes or renames an entry. */
function mutate(value: unknown, random: () => number): unknown {
  const isNode = typeof value === "object" && value !== null;
  const entries = isNode ? Object.entries(value) : [];
  if (entries.length === 0 || random() < 0.15) return odd(random);
  const at = Math.floor(random() * entries.length);
  const [name, inner] = entries[at]!;
  const kind = random();
  if (kind < 0.1) entries.splice(at, 1);
  else if (kind < 0.2) entries[at] = [`${name}x`, inner];
  else entries[at] = [name, mutate(inner, random)];
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

describe("a damaged manifest", () => {
  it("is refused with a clear error, whichever bytes differ", {
    tags: "slow",
    timeout,
  }, async () => {
    const random = generator(11);
    const bytes = Buffer.from(text);
    const strange: string[] = [];
    for (let i = 0; i < count; i++) {
      const copy = Buffer.from(bytes);
      const cut = random() < 0.2 ? Math.floor(random() * copy.length) : copy.length;
      for (let k = 0; k < 1 + random() * 4; k++) {
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      }
      const verdict = await verdictOn(copy.subarray(0, cut));
      // Only spaces between entries may differ.
      const isSame = cut === copy.length && same(copy.toString(), text);
      const isClear = isSame || /^invalid manifest \S+: \S.{10,400}$/s.test(verdict);
      if (!isClear) strange.push(verdict);
    }
    expect(strange).toEqual([]);
  });

  it("is refused though its own digest is right, or says what differs", {
    tags: "slow",
    timeout,
  }, async () => {
    const random = generator(12);
    const strange: string[] = [];
    let taken = 0;
    for (let i = 0; i < count; i++) {
      const mutated = mutate(JSON.parse(text), random) as never;
      const isObject = typeof mutated === "object" && mutated !== null;
      const content = isObject
        ? { ...(mutated as object), sha256: await ownDigest(mutated) }
        : mutated;
      const verdict = await verdictOn(JSON.stringify(content));
      if (!verdict.startsWith("invalid manifest")) taken++;
      const isClear =
        /^invalid manifest \S+: \P{Cc}{10,400}$/u.test(verdict) ||
        /^(file [^/\\]+ (equal|different),)+weights of model ".*" unchecked,((test|calibration) data unchecked,)*outputs unchecked/.test(
          verdict,
        );
      if (!isClear) strange.push(verdict);
    }
    expect(strange).toEqual([]);
    // Names, seeds, formats and digests of data can be any.
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(count / 2);
  });
});

function same(a: string, b: string): boolean {
  try {
    return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
  } catch {
    return false;
  }
}
