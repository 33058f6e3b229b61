import { Session } from "node:inspector";

/** How many milliseconds pass between two looks at the heap, while a cell runs and while none does. */
const busyInterval = 100;
const idleInterval = 1000;

/**
 * The share of the limit at which the heap is collected, and at which the rest then counts as full. From
 * 0.8 on V8 may give up, if several collections in a row find little.
 */
const alarm = 0.7;
const full = 0.65;
/** The growth of a heap that was found full, as a share of the limit, after which it is looked at again. */
const step = 0.06;

/**
 * Collects the heap once, on the main thread and in the middle of its work, and gives the bytes in use after
 * that. The protocol's own `HeapProfiler.collectGarbage` waits for the main thread to be idle.
 */
const collect = `(() => {
  const [v8, vm] = ["node:v8", "node:vm"].map((name) => process.getBuiltinModule(name));
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
  v8.setFlagsFromString("--no-expose-gc");
  return v8.getHeapStatistics().used_heap_size;
})()`;

/** The part of an inspector session that the watch needs. */
export interface HeapSession {
  post(method: string, params: object, answered: (error: Error | null, value: any) => void): void;
}

/** The sources of {@link HeapWatch}, and the receiver of its alarm. */
export interface HeapWatchParts {
  /** The most bytes of the main thread's heap: V8 ends the process there. */
  limit: number;
  /** Whether a cell runs. */
  busy: () => boolean;
  /** Called with the bytes that are in use, once the heap is nearly full of what is really in use. */
  onFull: (used: number) => void;
}

/**
 * Watches the main thread's heap from another thread, since V8 ends the whole process, without an error that
 * could be caught, when its limit is reached.
 *
 * The greater part of a full heap may be garbage. So the heap is first collected, which V8 would have done
 * a little later anyway, and counts as full only if that didn't help.
 */
export class HeapWatch {
  readonly #parts: HeapWatchParts;
  readonly #session: HeapSession;
  #asking = false;
  #asked = 0;
  /** The bytes before which the heap isn't collected. */
  #threshold: number;

  constructor(session: HeapSession, parts: HeapWatchParts) {
    this.#session = session;
    this.#parts = parts;
    this.#threshold = alarm * parts.limit;
  }

  /** Looks at the heap if it is time to; called every {@link HeapWatch.interval} milliseconds. */
  look(now = performance.now()): void {
    if (this.#asking) return; // the main thread is in native code, which can't be interrupted
    if (!this.#parts.busy() && now - this.#asked < idleInterval) return;
    this.#asking = true;
    this.#asked = now;
    this.#session.post("Runtime.getHeapUsage", {}, (error, usage) => {
      this.#asking = false;
      if (error === null) this.#consider(usage.usedSize);
    });
  }

  static readonly interval = busyInterval;

  #consider(used: number): void {
    const { limit } = this.#parts;
    if (used < full * limit) this.#threshold = alarm * limit;
    if (used < this.#threshold) return;
    this.#asking = true;
    const params = { expression: collect, returnByValue: true };
    this.#session.post("Runtime.evaluate", params, (error, answer) => {
      this.#asking = false;
      const left = error === null ? answer.result?.value : undefined;
      if (typeof left === "number") this.#judge(left);
      else if (used > 0.9 * limit) this.#judge(used); // the user's code has changed `process`
    });
  }

  #judge(used: number): void {
    const { limit, onFull } = this.#parts;
    if (used < full * limit) return;
    this.#threshold = used + step * limit;
    setImmediate(onFull, used); // not within the inspector's callback, after which promises don't go on
  }
}

/** Opens a session to the main thread and watches its heap. Returns the function that ends both. */
export function watchHeap(parts: HeapWatchParts): () => void {
  const session = new Session();
  (session as Session & { connectToMainThread(): void }).connectToMainThread();
  const watch = new HeapWatch(session as HeapSession, parts);
  const timer = setInterval(() => watch.look(), HeapWatch.interval);
  timer.unref();
  return () => {
    clearInterval(timer);
    session.disconnect();
  };
}
