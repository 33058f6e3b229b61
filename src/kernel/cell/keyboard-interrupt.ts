/** What an interrupted cell stops with. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";

  constructor(message = "the cell was interrupted") {
    super(message);
  }
}
