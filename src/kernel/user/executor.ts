import { clearAsyncStack, skipAsyncHookChecks } from "#door/kernel/user/asyncHooks";
import { followsCode } from "#door/kernel/user/storage";
import { after, afterTurn } from "#door/kernel/user/turn";
import { type CellOutcome, type Interrupt, noInterrupt } from "../cell/index.js";
import type { CompiledCell } from "../compiler/types.js";
import { interruption } from "../interruption.js";
import type { ToMain } from "../messages.js";
import type { Active } from "./active.js";
import { CellContext, cellContext } from "./context.js";
import type { ExecutorParts } from "./executorParts.js";
import { NativePromise } from "./intrinsics.js";
import { kernelError } from "./kernelError.js";
import { RerunTasks } from "./rerunTasks.js";

/** How many milliseconds the code of an interrupted cell has to clean up. */
const grace = 500;

/**
 * Runs cells on the main thread, one at a time, each step started by an event.
 *
 * An interrupt terminates all JavaScript that is on the stack, this class's included. So this class never
 * awaits a cell: every step stores the state that the next event needs, and every message of the protocol
 * thread may come again.
 */
export class Executor {
  readonly #parts: ExecutorParts;
  #active: Active | null = null;
  #last: CellContext | null = null;
  #latest = 0;
  readonly #rerunTasks = new RerunTasks();

  constructor(parts: ExecutorParts) {
    this.#parts = parts;
  }

  /** The cell whose code is running, by asynchronous context, or else the cell that ran last. */
  owner(): CellContext | null {
    return cellContext.getStore() ?? this.#last;
  }

  /** The interrupt of code whose context isn't known. Where code is followed, that code belongs to no cell. */
  get #otherwise(): Interrupt {
    return (followsCode ? null : this.#active?.context) ?? noInterrupt;
  }

  /** Has `task` run before the calling cell is idle, or at once if the cell is idle already. */
  beforeIdle(task: () => void | Promise<void>): void {
    const owner = this.owner();
    if (owner !== null && this.#active?.context.run === owner.run) {
      this.#active.finalTasks.push(task);
    } else if (owner !== null) this.runTask(owner, task);
  }

  /** A listener is about to be called; while a cell is under way, the listener counts as a part of it. */
  beginCall(): void {
    if (this.#active === null) this.#parts.guards.begin();
  }

  /** A listener was stopped, perhaps in the middle. */
  stopCall(): void {
    if (this.#active === null) this.#parts.guards.restore();
  }

  /** Has `task` run when the calling cell runs again, if the front end names its cells. */
  beforeRerun(task: () => void): void {
    this.#rerunTasks.add(this.owner()?.place ?? "", task);
  }

  receive(message: Exclude<ToMain, { type: "keys" | "comm" }>): void {
    skipAsyncHookChecks();
    if (message.type === "interrupt" || message.type === "resume") clearAsyncStack();
    switch (message.type) {
      case "preload": {
        const { run, source } = message;
        cellContext.run(new CellContext(run), () => this.#parts.runtime.preload(source));
        break;
      }
      case "run":
        try {
          this.#run(message.run, message.cell, message.place);
        } catch (error) {
          this.#giveUp(message.run, error);
        }
        break;
      case "interrupt":
        this.#interrupt(message.run, message.count);
        break;
      case "resume":
        this.#resume();
        break;
      case "exit":
        this.#parts.exit(message.code);
    }
  }

  #run(run: number, cell: CompiledCell, place: string): void {
    if (run <= this.#latest) return; // the run was interrupted before this message came
    this.#latest = run;
    const context = new CellContext(run);
    context.place = place;
    const active: Active = {
      context,
      phase: "running",
      stoppedBy: null,
      finalTasks: [],
      waiting: null,
    };
    this.#active = active;
    this.#last = context;
    for (const task of this.#rerunTasks.take(place)) this.runTask(context, task);
    this.#parts.guards.begin();
    cellContext.run(context, () => {
      try {
        this.#parts.runtime.run(
          cell,
          (outcome) => this.#settle(active, outcome),
          // The context decides, not the cell: a function of another cell runs for the cell that calls it.
          () => cellContext.getStore() ?? this.#otherwise,
        );
      } catch (error) {
        this.#settle(active, { status: "error", error });
      }
    });
  }

  /** Ends the calling cell with an error, if the cell is running. */
  fail(error: unknown): boolean {
    const active = this.#active;
    if (active?.phase !== "running" || active.context.run !== this.owner()?.run) return false;
    this.#settle(active, { status: "error", error });
    return true;
  }

  #settle(active: Active, outcome: CellOutcome): void {
    if (active.phase !== "running") return; // the cell was interrupted
    active.phase = "showing";
    try {
      this.#conclude(active, outcome);
    } catch (error) {
      this.#giveUp(active.context.run, error);
    }
  }

  #giveUp(run: number, error: unknown): void {
    this.#parts.output.post({ type: "failure", run, failure: kernelError(error) });
    this.#parts.output.post({ type: "done", run });
    this.#active = null;
  }

  #conclude(active: Active, outcome: CellOutcome): void {
    if (outcome.status === "value") {
      this.#parts.show(outcome.value, (json, text = "") => {
        if (active.phase !== "showing") return;
        if (json !== undefined) this.#parts.output.result(active.context.run, json, text);
        this.#turn(active);
      });
      return;
    }
    if (outcome.status === "error") {
      const failure = this.#parts.runtime.traceback(outcome.error);
      this.#parts.output.post({ type: "failure", run: active.context.run, failure });
    }
    this.#turn(active);
  }

  /** Lets the event loop turn once, since clients without a reader collect no output after idle. */
  #turn(active: Active): void {
    active.phase = "turning";
    afterTurn(
      () => active.context.scheduled,
      () => {
        if (active.phase === "turning") this.#finish(active);
      },
    );
  }

  #interrupt(run: number, count: number): void {
    const active = this.#active;
    const { output } = this.#parts;
    if (active?.context.run !== run) {
      if (run > this.#latest) {
        // The message that starts the run was cut, or comes after this one.
        this.#latest = run;
        output.post({ type: "failure", run, failure: interruption() });
        output.post({ type: "done", run });
      }
      output.post({ type: "interrupted", run, cleaning: false });
      return;
    }
    // The interrupt of a final task goes on with the next one, without the task that was cut or awaited.
    if (active.phase === "finishing") this.#end(active);
    else if (active.stoppedBy !== null && count > active.stoppedBy) this.#endCleaning(active);
    else this.#stop(active, count);
  }

  /** Stops a cell's code, which may clean up from then on. */
  #stop(active: Active, count: number): void {
    const { context } = active;
    const { run } = context;
    if (active.stoppedBy === null) after(grace, () => this.#endCleaning(active));
    active.phase = "stopping";
    active.stoppedBy = count;
    // `interrupt` calls the signal's listeners. If a termination cuts them, they aren't called again.
    cellContext.run(context, () => context.interrupt());
    this.#parts.guards.restore();
    this.#parts.output.post({ type: "failure", run, failure: interruption() });
    this.#parts.output.post({ type: "interrupted", run, cleaning: true });
    context.onClean = () => this.#endOnceClean(active);
    this.#endOnceClean(active);
  }

  #endOnceClean(active: Active): void {
    // In a turn of the event loop all code that an error reaches has run, or waits again.
    afterTurn(
      () => true,
      () => {
        if (active.phase === "stopping" && !active.context.cleaning) this.#end(active);
      },
    );
  }

  #endCleaning(active: Active): void {
    active.context.end();
    if (active.phase === "stopping") this.#end(active);
  }

  /** Ends a cell's code, and goes on with its final tasks. */
  #end(active: Active): void {
    const { context } = active;
    if (active.phase !== "finishing") {
      this.#parts.guards.restore(); // again, since the code that cleaned up may have been cut as well
      this.#parts.output.post({ type: "failure", run: context.run, failure: interruption() });
    }
    this.#parts.output.post({ type: "interrupted", run: context.run, cleaning: false });
    this.#finish(active);
  }

  /** Goes on with what a termination has cut. */
  #resume(): void {
    const active = this.#active;
    if (active?.phase === "stopping") this.#endOnceClean(active);
    if (active?.phase === "finishing" && active.waiting === null) this.#finish(active);
  }

  #finish(active: Active): void {
    const { context } = active;
    const { run } = context;
    active.phase = "finishing";
    context.onClean = null;
    active.waiting = null;
    for (let task = active.finalTasks.shift(); task; task = active.finalTasks.shift()) {
      // Final tasks have a new context, so that their timers fire although the cell was interrupted.
      const promise = this.runTask(new CellContext(run), task);
      if (promise === null) continue;
      active.waiting = promise;
      promise.then(() => {
        if (active.waiting === promise) this.#finish(active);
      });
      return;
    }
    context.close();
    this.#parts.output.post({ type: "done", run });
    this.#active = null;
  }

  /** Runs a task and reports its error as text on stderr. Returns a promise to wait for, or null. */
  runTask(context: CellContext, task: () => void | Promise<void>): Promise<void> | null {
    return cellContext.run(context, () => {
      try {
        const result = task();
        if (!(result instanceof NativePromise)) return null;
        return result.catch((error) => this.report(error, context));
      } catch (error) {
        this.report(error, context);
        return null;
      }
    });
  }

  /** Shows an error that no cell waits for, on its cell's stderr. */
  report(error: unknown, context: CellContext | null): void {
    const { traceback } = this.#parts.runtime.traceback(error);
    const text = `${traceback.join("\n")}\n`;
    if (context === null) this.#parts.stray(text);
    else this.#parts.output.stream(context.run, "stderr", text);
  }
}
