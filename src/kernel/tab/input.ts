import { inspectValue as inspect } from "../../display/index.js";
import { KeyboardInterrupt } from "../cell/index.js";
import type { Answer } from "../messages.js";
import { memoryForAnswer, takeAnswer } from "../sharedAnswer.js";
import { browserQuestions } from "../user/browserQuestions.js";
import type { Executor } from "../user/executor.js";
import type { Output } from "../user/output.js";

/** The error of a question that no reader can answer. */
class StdinNotImplementedError extends Error {
  override readonly name = "StdinNotImplementedError";
}

/**
 * Defines `input`, and `prompt`, `confirm` and `alert`. Those three wait for the reader without `await`, for which the page must
 * be isolated; on other pages they say so.
 *
 * @param isolated whether the page and this worker may share memory
 */
export function installInput(output: Output, executor: Executor, isolated: boolean): void {
  const send = (
    { prompt, password }: { prompt: string; password: boolean },
    wake: Int32Array<SharedArrayBuffer> | null,
  ) => {
    const { port1, port2 } = new MessageChannel();
    const run = executor.owner()?.run ?? 0;
    output.post({ type: "ask", run, prompt, password, port: port2, wake }, [port2]);
    return port1;
  };
  const questions = browserQuestions((prompt) => {
    if (!isolated) {
      throw new StdinNotImplementedError(
        "this page isn't isolated, so that it can't wait for the reader within a line (use: const answer = await input(\"…\"))",
      );
    }
    const memory = memoryForAnswer();
    const port = send({ prompt, password: false }, memory);
    const answer = takeAnswer(memory);
    port.close();
    return textOf(answer);
  });
  async function input(
    prompt: unknown = "",
    options: { password?: boolean } = {},
  ): Promise<string> {
    if (typeof options !== "object" || options === null) {
      throw new TypeError(
        `invalid options: ${inspect(options)} (expected an object, as in input("Token: ", { password: true }))`,
      );
    }
    const port = send({ prompt: String(prompt), password: options.password === true }, null);
    const answer = await new Promise<Answer>((resolve) => {
      port.onmessage = ({ data }) => resolve(data as Answer);
    });
    port.close();
    return textOf(answer);
  }
  for (const [name, value] of Object.entries({ input, ...questions })) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
}

function textOf(answer: Answer): string {
  if ("text" in answer) return answer.text;
  if ("refused" in answer) throw new StdinNotImplementedError(answer.refused);
  throw new KeyboardInterrupt();
}
