const absent =
  "sheets are signed and verified in Node, not in a browser tab (q.exercises.progress() has a link that downloads your solved exercises; in Node go on from that file: QATLAB_PROGRESS=progress.jsonl npx qatlab start)";

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
