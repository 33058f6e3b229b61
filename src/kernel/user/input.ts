import { inspect } from "node:util";
import type { Asker } from "./ask.js";
import { browserQuestions } from "./browserQuestions.js";

/** Defines `input`, and the browser's `prompt`, `confirm` and `alert`. */
export function installInput(asker: Asker): void {
  const functions = {
    async input(prompt: unknown = "", options: { password?: boolean } = {}): Promise<string> {
      if (typeof options !== "object" || options === null) {
        throw new TypeError(
          `invalid options: ${inspect(options)} (expected an object, as in input("Token: ", { password: true }))`,
        );
      }
      return asker.ask({ prompt: String(prompt), password: options.password === true });
    },
    ...browserQuestions((prompt) => asker.askAndWait({ prompt, password: false })),
  };
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
