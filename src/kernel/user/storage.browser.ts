/** Whether code finds its value after an `await`, and in the callbacks that it has set: browsers can't tell. */
export const followsCode = false;

/** A value for some code, as long as that code is on the stack. */
export class Storage<T> {
  #value: T | undefined;

  getStore(): T | undefined {
    return this.#value;
  }

  run<R>(value: T, task: () => R): R {
    const before = this.#value;
    this.#value = value;
    try {
      return task();
    } finally {
      this.#value = before;
    }
  }
}
