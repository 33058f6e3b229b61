import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { flatLayers } from "../../../src/graph/index.js";
import type * as q from "../../../src/index.js";
import { writes } from "./limits.js";

/**
 * The outcome of a technique for the layers with kernels of a model: the technique treats all of them, leaves some, which
 * a warning names, or refuses the model by an error.
 */
export type Fact = "right" | { leaves: string[] } | { refused: string };

/** The data of docs/limits.md's table of techniques: by the name of a kind of model, then of a technique. */
export type Facts = Record<string, Record<string, Fact>>;

const file = fileURLToPath(new URL("../techniques.json", import.meta.url));

/** The facts as they are written down. */
export const facts: Facts = writes ? {} : (JSON.parse(readFileSync(file, "utf8")) as Facts);

/** Checks a fact against the one in the file, or notes it for the file. */
export function settle(kind: string, technique: string, fact: Fact): void {
  if (!writes) {
    expect(fact, `${technique} on ${kind}`).toEqual(facts[kind]?.[technique]);
    return;
  }
  facts[kind] ??= {};
  facts[kind][technique] = fact;
}

export function writeFacts(): void {
  writeFileSync(file, `${JSON.stringify(facts, undefined, 2)}\n`);
}

/** The fact of an error that refuses a model; any other error is thrown on. */
export function refusal(error: unknown, task: RegExp): Fact {
  expect(error).toBeInstanceOf(TypeError);
  const { message } = error as Error;
  expect(message).toMatch(task);
  return { refused: message.replace(/ \(expected .*$/s, "") };
}

/** The layers with kernels among those that warnings name, each as its type, or as its name where others of the type are treated. */
export function leftIn(
  model: q.tf.LayersModel,
  kernels: readonly string[],
  warned: readonly string[],
) {
  const text = warned.join("\n");
  const left = kernels.filter((name) => text.includes(`"${name}" (`));
  return { left, fact: factOf(model, kernels, left) };
}

function factOf(
  model: q.tf.LayersModel,
  kernels: readonly string[],
  left: readonly string[],
): Fact {
  if (left.length === 0) return "right";
  const typeOf = (name: string) =>
    flatLayers(model)
      .find((layer) => layer.name === name)!
      .getClassName();
  const treated = kernels.filter((name) => !left.includes(name)).map(typeOf);
  const names = left.map((name) => (treated.includes(typeOf(name)) ? `\`${name}\`` : typeOf(name)));
  return { leaves: [...new Set(names)] };
}
