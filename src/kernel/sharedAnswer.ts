import type { Answer } from "./messages.js";

/**
 * An answer in shared memory, for a thread that waits for it without reading its messages, as a browser's worker does: a flag,
 * the number of bytes, the bytes.
 */
const [flag, length, headLength] = [0, 1, 2];

/** The most bytes of an answer. */
const most = 2 ** 16;

const tooLong: Answer = {
  refused: `the answer has more than ${most / 1024} kB (use: const answer = await input("…"))`,
};

/** Memory for an answer. */
export function memoryForAnswer(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(headLength * Int32Array.BYTES_PER_ELEMENT + most));
}

/** Puts an answer into memory that was made for one, and wakes the thread that waits; other memory has the flag only. */
export function giveAnswer(memory: Int32Array<SharedArrayBuffer>, answer: Answer): void {
  if (memory.length > headLength) {
    const encode = (content: Answer) => new TextEncoder().encode(JSON.stringify(content));
    const whole = encode(answer);
    const bytes = whole.length <= most ? whole : encode(tooLong);
    bytesOf(memory).set(bytes);
    memory[length] = bytes.length;
  }
  Atomics.store(memory, flag, 1);
  Atomics.notify(memory, flag);
}

/** Waits for the answer. */
export function takeAnswer(memory: Int32Array<SharedArrayBuffer>): Answer {
  Atomics.wait(memory, flag, 0);
  // A decoder doesn't read shared memory.
  const bytes = bytesOf(memory).slice(0, memory[length]);
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes)));
}

function bytesOf({ buffer }: Int32Array<SharedArrayBuffer>): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(buffer, headLength * Int32Array.BYTES_PER_ELEMENT);
}
