/**
 * The messages of the front end that the main thread is handling. Their numbers are negative, so that an
 * interrupt names either a run or a call.
 */
export class Calls {
  readonly #waiting = new Map<number, (accepted: boolean) => void>();
  #count = 0;

  /** The call that the main thread handles first, or null. */
  get first(): number | null {
    return this.#waiting.keys().next().value ?? null;
  }

  has(call: number): boolean {
    return this.#waiting.has(call);
  }

  /** @param send hands the call to the main thread */
  start(send: (call: number) => void): Promise<boolean> {
    const call = --this.#count;
    return new Promise((resolve) => {
      this.#waiting.set(call, resolve);
      send(call);
    });
  }

  end(call: number, accepted: boolean): void {
    this.#waiting.get(call)?.(accepted);
    this.#waiting.delete(call);
  }
}
