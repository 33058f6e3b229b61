import { inspectValue as inspect } from "../../display/index.js";
import { KeyboardInterrupt } from "../cell/index.js";
import type { Answer } from "../messages.js";
import type { Executor } from "../user/executor.js";
import type { Output } from "../user/output.js";

/** The error of a question that no reader can answer. */
class StdinNotImplementedError extends Error {
  override readonly name = "StdinNotImplementedError";
}

/** Defines `input`. The functions that wait for the reader without `await` can't do so in a tab, and say it. */
export function installInput(output: Output, executor: Executor): void {
  const refuse = (name: string) => (): never => {
    throw new StdinNotImplementedError(
      `${name}(…) can't wait for the reader in a browser tab (use: const answer = await input("…"))`,
    );
  };
  const functions = {
    async input(prompt: unknown = "", options: { password?: boolean } = {}): Promise<string> {
      if (typeof options !== "object" || options === null) {
        throw new TypeError(
          `invalid options: ${inspect(options)} (expected an object, as in input("Token: ", { password: true }))`,
        );
      }
      const { port1, port2 } = new MessageChannel();
      const run = executor.owner()?.run ?? 0;
      const password = options.password === true;
      const question = { type: "ask", run, prompt: String(prompt), password, wake: null } as const;
      output.post({ ...question, port: port2 }, [port2]);
      const answer = await new Promise<Answer>((resolve) => {
        port1.onmessage = ({ data }) => resolve(data as Answer);
      });
      port1.close();
      if ("text" in answer) return answer.text;
      if ("refused" in answer) throw new StdinNotImplementedError(answer.refused);
      throw new KeyboardInterrupt();
    },
    prompt: refuse("prompt"),
    confirm: refuse("confirm"),
    alert: refuse("alert"),
  };
  for (const [name, value] of Object.entries(functions)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}
