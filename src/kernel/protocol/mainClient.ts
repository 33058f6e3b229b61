import type { LiveKey } from "../cell/types.js";
import type { CompiledCell, Receiver } from "../compiler/types.js";
import type { CommCall, Failure, FromMain, StreamName, ToMain } from "../messages.js";
import type { Port } from "../port.js";
import { Calls } from "./calls.js";
import type { Publisher } from "./publisher.js";
import type { Header } from "./wire.js";

/** The value of a cell: the JSON of its `data` and `metadata`, and its plain text. */
export interface Result {
  json: string;
  text: string;
}

/** How a run ended. */
export type RunOutcome =
  | { status: "ok"; result: Result | null }
  | { status: "error"; failure: Failure };

/** The messages that change the state of the run under way. */
type Progress = Extract<
  FromMain,
  { type: "result" | "failure" | "interrupted" | "signalled" | "done" }
>;

/** The channel to the main thread. */
export interface MainPort extends Port {
  on(event: "message", listener: (message: FromMain) => void): unknown;
}

interface Run {
  id: number;
  cell: CompiledCell;
  outcome: RunOutcome;
  acknowledged: boolean;
  cleaning: boolean;
  done: (outcome: RunOutcome) => void;
  onOutcome: (outcome: RunOutcome) => void;
}

/**
 * The main thread, seen from the protocol thread: it runs one cell at a time. Its output is published under
 * the message that started the run, even if that run is long over.
 */
export class MainClient {
  readonly #port: MainPort;
  readonly #publisher: Publisher;
  readonly #stray: (text: string) => void;
  readonly #parents = new Map<number, Header>();
  #run: Run | null = null;
  #runs = 0;
  readonly #calls = new Calls();
  readonly #asking = new Map<number, (keys: LiveKey[]) => void>();
  #questions = 0;
  #heard: () => void = () => {};
  /** The output of native code and child processes, if it is read. */
  native: { drain(): void } | null = null;
  /** Called when all that the main thread and its children had written before a fence is published. */
  onFence: (fence: number) => void = () => {};
  /** The run whose cell began last, or is about to. */
  #latest = 0;
  /** Whether cells have started child processes. */
  hasChildren = false;
  /** Called when the main thread has received SIGINT for the run under way. */
  onSignal: () => void = () => {};
  /** Called with each comm message of the main thread, and the header of the cell that sent it. */
  onComm: (message: Extract<FromMain, { type: "comm" }>, parent: Header | null) => void = () => {};
  /** Called when the main thread asks the reader. */
  onAsk: (ask: Extract<FromMain, { type: "ask" }>) => void = () => {};

  /** @param stray takes the output of native code that belongs to no cell */
  constructor(port: MainPort, publisher: Publisher, stray: (text: string) => void) {
    this.#port = port;
    this.#stray = stray;
    this.#publisher = publisher;
    port.on("message", (message: FromMain) => this.#receive(message));
  }

  /** The number of the run under way, or null. */
  get running(): number | null {
    return this.#run?.id ?? null;
  }

  /** The call that is being handled, or null. */
  get calling(): number | null {
    return this.#calls.first;
  }

  /** The cell under way, or null. */
  get cell(): CompiledCell | null {
    return this.#run?.cell ?? null;
  }

  /** Has packages load while the cell is compiled; their output is published under `parent`. */
  preload(source: string, parent: Header): void {
    const run = this.#runs + 1;
    this.#parents.set(run, parent);
    this.#latest = run;
    this.post({ type: "preload", run, source });
  }

  /**
   * Runs a cell; resolves when its code and its final tasks have ended.
   *
   * @param onOutcome called with the cell's value or error as soon as it is known, in order with the cell's
   *   output
   */
  run(
    cell: CompiledCell,
    { header: parent, place }: { header: Header; place: string },
    onOutcome: (outcome: RunOutcome) => void,
  ): Promise<RunOutcome> {
    const id = ++this.#runs;
    this.#parents.set(id, parent);
    this.#latest = id;
    return new Promise((done) => {
      const outcome: RunOutcome = { status: "ok", result: null };
      this.#run = { id, cell, outcome, acknowledged: false, cleaning: false, done, onOutcome };
      this.post({ type: "run", run: id, cell, place });
    });
  }

  /**
   * Has the main thread handle a comm message; resolves when it has, with whether the message's target is known.
   *
   * @param started called with the call's number before the message is sent
   */
  call(message: Omit<CommCall, "call">, started: (call: number) => void): Promise<boolean> {
    return this.#calls.start((call) => {
      started(call);
      this.post({ type: "comm", call, ...message });
    });
  }

  /** The keys of a live object; none if the main thread is too busy to answer within `ms` milliseconds. */
  keysOf(receiver: Receiver, ms: number): Promise<LiveKey[]> {
    const question = ++this.#questions;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#asking.get(question)?.([]), ms);
      this.#asking.set(question, (keys) => {
        clearTimeout(timer);
        this.#asking.delete(question);
        resolve(keys);
      });
      this.post({ type: "keys", question, receiver });
    });
  }

  /** The message that started the latest run. */
  get lastParent(): Header | null {
    return this.#parents.get(this.#runs) ?? null;
  }

  post(message: ToMain): void {
    this.#port.postMessage(message);
  }

  /** Asks the main thread to interrupt `run`. */
  askInterrupt(run: number, count: number): void {
    if (this.#run?.id === run) this.#run.acknowledged = false;
    this.post({ type: "interrupt", run, count });
  }

  /** Whether the code of `run` cleans up after an interrupt. */
  cleaning(run: number): boolean {
    return this.#run?.id === run && this.#run.cleaning;
  }

  /** Whether `run`, or that call, has acknowledged the interrupt, or has ended. */
  interrupted(run: number): boolean {
    if (run < 0) return !this.#calls.has(run);
    return this.#run?.id !== run || this.#run.acknowledged;
  }

  /** Waits until {@link MainClient.interrupted} may have changed, but at most `ms` milliseconds. */
  heard(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Ends the run under way with a failure: the main thread is gone. */
  abandon(failure: Failure): void {
    const run = this.#run;
    if (run === null) return;
    this.#progress(run, { type: "failure", run: run.id, failure });
    this.#progress(run, { type: "done", run: run.id });
  }

  /** Publishes text that a file descriptor has brought: it belongs to the cell under way, else to the last. */
  publishNative(name: StreamName, text: string): void {
    const parent = this.#parents.get(this.#latest);
    if (parent) this.#publisher.stream(parent, name, text);
    else this.#stray(text);
  }

  #receive(message: FromMain): void {
    if (message.type === "fence") {
      this.native?.drain();
      this.onFence(message.fence);
      return;
    }
    if (message.type === "keys") {
      this.#asking.get(message.question)?.(message.keys);
      return;
    }
    if (message.type === "ask") {
      this.onAsk(message);
      return;
    }
    if (message.type === "comm-done") {
      this.#calls.end(message.call, message.accepted);
      this.#heard();
      return;
    }
    if (message.type === "children") {
      this.hasChildren = true;
      return;
    }
    const parent = this.#parents.get(message.run);
    if (message.type === "comm") {
      this.onComm(message, parent ?? null);
      return;
    }
    if (parent === undefined) return;
    if (message.type === "stream") {
      this.#publisher.stream(parent, message.name, message.text);
    } else if (message.type === "display") {
      const type = message.update ? "update_display_data" : "display_data";
      this.#publisher.publish(type, parent, message.json, message.json.length);
    } else if (message.type === "clear") {
      this.#publisher.publish("clear_output", parent, { wait: message.wait });
    } else if (this.#run?.id === message.run) {
      this.#progress(this.#run, message); // else the message is a repetition: an interrupt came while the run ended
    }
  }

  #progress(run: Run, message: Progress): void {
    this.native?.drain();
    switch (message.type) {
      case "result":
        run.outcome = { status: "ok", result: { json: message.json, text: message.text } };
        run.onOutcome(run.outcome);
        break;
      case "failure":
        if (run.outcome.status === "error") break; // the interrupt was reported twice
        run.outcome = { status: "error", failure: message.failure };
        run.onOutcome(run.outcome);
        break;
      case "interrupted":
        run.acknowledged = true;
        run.cleaning = message.cleaning;
        this.#heard();
        break;
      case "signalled":
        this.onSignal();
        break;
      case "done":
        this.#run = null;
        run.done(run.outcome);
        this.#heard();
    }
  }
}
