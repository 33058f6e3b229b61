import { inspect } from "node:util";
import type { Asker } from "./ask.js";

/** Defines `input`, and the browser's `prompt`, `confirm` and `alert`, which wait as they do in Deno. */
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
    prompt(message: unknown = "Prompt", defaultValue?: unknown): string | null {
      const shown = defaultValue === undefined ? `${message} ` : `${message} [${defaultValue}] `;
      const answer = asker.askAndWait({ prompt: shown, password: false });
      if (answer !== "") return answer;
      return defaultValue === undefined ? null : String(defaultValue);
    },
    confirm(message: unknown = "Confirm"): boolean {
      const answer = asker.askAndWait({ prompt: `${message} [y/N] `, password: false });
      return /^\s*y(es)?\s*$/i.test(answer);
    },
    alert(message: unknown = "Alert"): void {
      asker.askAndWait({ prompt: `${message} [Enter] `, password: false });
    },
  };
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
