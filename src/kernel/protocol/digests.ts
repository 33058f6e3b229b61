/**
 * The signatures of the latest messages: a message that comes a second time was recorded and sent again by
 * somebody else.
 *
 * Source: `jupyter_client.session.Session`, which keeps as many and refuses a duplicate likewise.
 */
export class Digests {
  readonly #limit: number;
  /** A set iterates in the order of insertion, so its first element is the oldest. */
  readonly #seen = new Set<string>();

  /** @param options.limit how many signatures are kept (default 65,536) */
  constructor({ limit = 65_536 } = {}) {
    this.#limit = limit;
  }

  /** Notes a signature; false if it is known already. */
  add(signature: string): boolean {
    if (this.#seen.has(signature)) return false;
    this.#seen.add(signature);
    if (this.#seen.size > this.#limit) {
      const [oldest] = this.#seen;
      this.#seen.delete(oldest!);
    }
    return true;
  }
}
