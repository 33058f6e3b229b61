import type { Debugger as Cdp } from "node:inspector";
import { type Frame, userFrames } from "./frames.js";
import type { Inspector } from "./inspector.js";
import type { Sources } from "./sources.js";

/** How the reader lets a stopped program go on. */
export type Step = "stepOver" | "stepInto" | "stepOut";

/** The most statements of V8's that one step of the reader's takes. */
const budget = 200;

/** A step under way: it ends at another line of the source, or in another frame. */
interface Stepping {
  kind: Step;
  line: number | undefined;
  depth: number;
  left: number;
}

/** The parts of the kernel that pauses concern. */
export interface PausesParts {
  inspector: Inspector;
  sources: Sources;
  /** Whether a pause is an interrupt's, which has a session of its own. */
  isInterrupted: () => boolean;
  onStopped: (reason: string, text?: string) => void;
  onContinued: () => void;
}

/** Follows the pauses of the main thread, and makes V8's steps the reader's: from line to line of the source. */
export class Pauses {
  readonly #parts: PausesParts;
  /** The URLs of V8's scripts: frames don't have them. */
  readonly #scripts = new Map<string, string>();
  #stepping: Stepping | null = null;
  /** The frames of the program that is stopped; empty while it runs. */
  frames: Frame[] = [];

  constructor(parts: PausesParts) {
    this.#parts = parts;
    const { inspector } = parts;
    inspector.on<Cdp.ScriptParsedEventDataType>("Debugger.scriptParsed", ({ scriptId, url }) => {
      this.#scripts.set(scriptId, url);
    });
    inspector.on<Cdp.PausedEventDataType>("Debugger.paused", (params) => this.#paused(params));
    inspector.on("Debugger.resumed", () => this.#resumed());
  }

  get isStopped(): boolean {
    return this.frames.length > 0;
  }

  async step(kind: Step): Promise<void> {
    const [top] = this.frames;
    if (top === undefined) return;
    this.#stepping = { kind, line: top.line, depth: this.frames.length, left: budget };
    await this.#go(kind);
  }

  async resume(): Promise<void> {
    if (!this.isStopped) return;
    this.#stepping = null;
    this.frames = [];
    await this.#go("resume");
    this.#parts.onContinued();
  }

  /** The cell has ended: a step over its last line ends nowhere. */
  ended(): void {
    if (this.#stepping === null) return;
    this.#stepping = null;
    this.#parts.onContinued();
  }

  #paused({ callFrames, reason, data }: Cdp.PausedEventDataType): void {
    const { sources, isInterrupted, onStopped } = this.#parts;
    if (isInterrupted()) return;
    const frames = userFrames(callFrames, this.#scripts, sources);
    const isTop = frames[0]?.frame === callFrames[0];
    const next = frames.length === 0 ? "resume" : this.#onwards(frames, isTop, reason);
    if (next !== null) {
      void this.#go(next);
      return;
    }
    const wasStep = this.#stepping !== null;
    this.#stepping = null;
    this.frames = frames;
    const isException = reason === "exception" || reason === "promiseRejection";
    const text = (data as { description?: string } | undefined)?.description;
    if (isException) onStopped("exception", text?.split("\n")[0]);
    else onStopped(wasStep ? "step" : "breakpoint");
  }

  /** The command that goes on from a pause that isn't the end of a step; null if it is. */
  #onwards(frames: Frame[], isTop: boolean, reason: string): Step | null {
    const step = this.#stepping;
    if (step === null || reason === "exception" || reason === "promiseRejection") return null;
    if (step.left-- <= 0) return null;
    if (!isTop) return "stepOut";
    const [{ line }] = frames as [Frame];
    if (line === undefined) return "stepOver";
    return line === step.line && frames.length === step.depth ? step.kind : null;
  }

  #resumed(): void {
    if (this.#stepping !== null || !this.isStopped) return;
    // The interrupt, or another session, has let the program go on.
    this.frames = [];
    this.#parts.onContinued();
  }

  async #go(command: Step | "resume"): Promise<void> {
    // The program may have gone on by an interrupt.
    await this.#parts.inspector.post(`Debugger.${command}`).catch(() => {});
  }
}
