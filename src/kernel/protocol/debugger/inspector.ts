import { Session } from "node:inspector";

/** A session of V8's inspector with the main thread, in promises. */
export class Inspector {
  readonly #session = new Session();

  constructor() {
    (this.#session as Session & { connectToMainThread(): void }).connectToMainThread();
  }

  on<T>(event: string, listener: (params: T) => void): void {
    this.#session.on(event, ({ params }: { params: T }) => setImmediate(listener, params));
  }

  /** @throws Error if V8 refuses the command, with its message */
  post<T = object>(command: string, params: object = {}): Promise<T> {
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

  disconnect(): void {
    this.#session.disconnect();
  }
}
