import { readFileSync } from "node:fs";
import type { Debugger, Session } from "node:inspector";
import type { CompiledCell, PlainLocals } from "../compiler/types.js";

/** How many milliseconds JavaScript has to reach a point where it can pause. */
const patience = 400;
/** The same while native code computes, as in a long tensor operation. */
const longPatience = 10_000;
/** How many milliseconds one statement has to end; a longer one is a native call. */
const statementPatience = 100;

/** Stores the locals that a frame's scope has, in the store of the cell's run (`this`). */
const store = `function (scope, locals) {
  for (const { slot, name } of locals) {
    // A variable whose declaration hasn't run yet stays unknown; V8 may throw when such a one is read.
    try {
      const value = scope[name];
      if (slot in this.slots || value !== undefined) this.slots[slot] = value;
    } catch {}
  }
}`;

/**
 * Pauses a cell that is in synchronous code, and publishes the values that its plain locals have at that moment.
 * Compiled code publishes them after each top-level statement only.
 *
 * One step is made before the values are read: optimized code checks for a termination less often than it changes
 * a variable, since V8 unrolls loops. After the step the program's state is whole, and a termination lands at once.
 */
export class PausedCell {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Leaves the main thread paused, unless it is asleep or in native code: {@link release} lets it go on. */
  async publish({ locals }: CompiledCell): Promise<void> {
    if (locals === undefined || locals.slots.length === 0) return;
    this.#session.post("Debugger.enable");
    const paused = await this.#paused("Debugger.pause", isComputing());
    if (paused === null) return;
    const stepped = await this.#paused("Debugger.stepOver", until(statementPatience));
    const frames = stepped ?? (await this.#paused("Debugger.pause", isComputing())) ?? [];
    await this.#store(frames, locals);
  }

  release(): void {
    // A debugger may have paused it as well, and has a session of its own.
    this.#session.post("Debugger.resume");
    this.#session.post("Debugger.disable");
  }

  async #store(frames: Debugger.CallFrame[], { run, main, slots }: PlainLocals): Promise<void> {
    const frame = frames.find(({ functionName }) => functionName === main);
    const scope = frame?.scopeChain.find(({ type }) => type === "local")?.object.objectId;
    if (frame === undefined || scope === undefined) return;
    const { result } = await this.#post<{ result: { objectId?: string } }>(
      "Debugger.evaluateOnCallFrame",
      { callFrameId: frame.callFrameId, expression: run },
    );
    await this.#post("Runtime.callFunctionOn", {
      objectId: result.objectId,
      functionDeclaration: store,
      arguments: [{ objectId: scope }, { value: slots }],
      silent: true,
    });
  }

  /**
   * Sends a command after which the main thread pauses.
   *
   * @param goesOn asked again and again whether to wait longer
   * @returns the frames, or null
   */
  #paused(command: string, goesOn: () => boolean): Promise<Debugger.CallFrame[] | null> {
    return new Promise((resolve) => {
      const end = (frames: Debugger.CallFrame[] | null) => {
        clearInterval(timer);
        this.#session.off("Debugger.paused", onPaused);
        setImmediate(resolve, frames);
      };
      const onPaused = ({ params }: { params: Debugger.PausedEventDataType }) =>
        end(params.callFrames);
      const timer = setInterval(() => goesOn() || end(null), 20);
      this.#session.on("Debugger.paused", onPaused);
      this.#session.post(command);
    });
  }

  #post<T>(command: string, params: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#session.post(command, params, (error, result) => {
        // Promises that settle within the inspector's callback go on only at the thread's next event.
        setImmediate(() => {
          if (error) reject(new Error(error.message));
          else resolve(result as T);
        });
      });
    });
  }
}

/** True for some milliseconds. */
function until(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() < end;
}

/**
 * True for {@link patience}, and then as long as the main thread runs or the process computes, until
 * {@link longPatience}. On a busy machine a thread that runs may get little time, so its state counts.
 */
function isComputing(): () => boolean {
  const goesOn = until(longPatience);
  let isEarly = until(patience);
  let used = process.cpuUsage();
  return () => {
    if (isEarly()) return true;
    const { user, system } = process.cpuUsage(used);
    isEarly = until(patience);
    used = process.cpuUsage();
    return goesOn() && (isMainThreadRunning() || user + system > (patience / 10) * 1000);
  };
}

/** Whether the main thread runs or waits for a processor, as Linux tells it; false elsewhere. */
function isMainThreadRunning(): boolean {
  try {
    const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("R");
  } catch {
    return false;
  }
}
