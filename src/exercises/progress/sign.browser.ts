const absent = "sheets are written and verified in Node, not in a page";

/** @internal */
export function digestOf(_text: string): string {
  throw new Error(absent);
}

/** @internal */
export function sign(_store: string, _text: string): { key: string; signature: string } {
  throw new Error(absent);
}

/** @internal */
export function isSigned(_text: string, _key: string, _signature: string): boolean {
  throw new Error(absent);
}
