import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { typesTable } from "../../../scripts/site/types.mjs";
import type { FrontEndMessage } from "../../../src/kernel/tab/frontEnd.js";
import { TabKernel } from "../../../src/kernel/tab/kernel.js";
import type { Thread } from "../../../src/kernel/tab/messages.js";
import { begin } from "../../../src/kernel/tab/threads.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const versions = { qatlab: "0", tslab: "1.0.22", typescript: "6.0.3" };

/** A cell that needs the same types as those of the tests: nothing of the library. */
const cell = `import { display } from "tslab"; display.text(document.title);`;

/** The address of the types, made once. */
let types: Promise<string> | undefined;

/** The reply to a cell, and the messages that belong to it. */
export interface Executed {
  content: Record<string, any>;
  messages: FrontEndMessage[];
}

/** A kernel for a tab with Node's threads as its workers, and a front end that collects its messages. */
export class Tab {
  readonly kernel: TabKernel;
  readonly #messages: FrontEndMessage[] = [];
  #seen: () => void = () => {};
  #count = 0;

  private constructor(types: string, { isolated }: { isolated: boolean }) {
    const runner = start("runner.js", "startRunner");
    const compiler = start("compilerWorker.js", "startCompiler");
    const shared = isolated ? new SharedArrayBuffer(4) : null;
    begin({ runner, compiler }, { files: { types, versions }, shared, environment: {} });
    const flag = shared && new Int32Array(shared);
    const send = (message: FrontEndMessage) => {
      this.#messages.push(message);
      this.#seen();
    };
    this.kernel = new TabKernel(send, { runner, compiler, flag }, { versions });
  }

  /** @param options.isolated whether the page shares memory with its workers (default true) */
  static async open({ isolated = true } = {}): Promise<Tab> {
    types ??= typesTable(root, cell).then((table) => {
      const json = Buffer.from(JSON.stringify(table)).toString("base64");
      return `data:application/json;base64,${json}`;
    });
    return new Tab(await types, { isolated });
  }

  /** Sends a request; returns its header. */
  send(type: string, content: Record<string, unknown>, parent = {}) {
    const header = { msg_id: `m${++this.#count}`, msg_type: type, session: "s" };
    const message = { channel: "shell", header, parent_header: parent, metadata: {}, content };
    this.kernel.handleMessage(message);
    return header;
  }

  /** The first message for which `test` is true, perhaps one that is still to come. */
  async message(test: (message: FrontEndMessage) => boolean): Promise<FrontEndMessage> {
    for (;;) {
      const found = this.#messages.find(test);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#seen = resolve;
      });
    }
  }

  /** The reply to a request. */
  async ask(type: string, content: Record<string, unknown> = {}) {
    const { msg_id } = this.send(type, content);
    const reply = await this.message(
      ({ channel, parent_header }) => channel === "shell" && parent_header.msg_id === msg_id,
    );
    return reply.content as Record<string, any>;
  }

  /** Collects what belongs to a cell until it is idle. */
  async finish({ msg_id }: { msg_id: string }): Promise<Executed> {
    const belongs = ({ parent_header }: FrontEndMessage) => parent_header.msg_id === msg_id;
    await this.message((one) => belongs(one) && one.content.execution_state === "idle");
    const all = this.#messages.filter(belongs);
    const { content } = all.find(({ channel }) => channel === "shell")!;
    const messages = all.filter(
      ({ channel, header }) => channel === "iopub" && header.msg_type !== "status",
    );
    return { content, messages };
  }

  start(code: string) {
    return this.send("execute_request", { code, allow_stdin: true });
  }

  run(code: string): Promise<Executed> {
    return this.finish(this.start(code));
  }

  /** Runs a cell that prints `go` first, and interrupts it then. */
  async runInterrupted(code: string): Promise<Executed> {
    const header = this.start(`console.log('go');${code}`);
    await this.message(
      ({ header: { msg_type }, parent_header }) =>
        msg_type === "stream" && parent_header.msg_id === header.msg_id,
    );
    await this.kernel.interrupt();
    return this.finish(header);
  }

  close(): void {
    this.kernel.close();
  }
}

function start(file: string, name: string): Thread {
  const path = `../../../dist/kernel/tab/${file}`;
  const worker = new Worker(new URL("worker.mjs", import.meta.url), {
    execArgv: ["--conditions=browser"],
    workerData: { start: { file: path, name } },
  });
  return worker as unknown as Thread;
}

/** The text of all messages of a stream. */
export function streamOf({ messages }: Executed, name: string): string {
  return messages
    .filter(({ header, content }) => header.msg_type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
}

/** The value that a cell shows, as text. */
export function resultOf({ messages }: Executed): string | undefined {
  const result = messages.find(({ header }) => header.msg_type === "execute_result");
  return (result?.content.data as Record<string, string> | undefined)?.["text/plain"];
}
