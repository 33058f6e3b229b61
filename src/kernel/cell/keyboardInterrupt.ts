/** The error that stops an interrupted cell. */
export class KeyboardInterrupt extends Error {
  override readonly name = "KeyboardInterrupt";

  constructor(message = "the cell was interrupted") {
    super(message);
  }
}
