/** Protocol Buffers' wire types (protobuf.dev/programming-guides/encoding). */
const wire = { varint: 0, bytes: 2, fixed32: 5 } as const;

/** @internal Writes the fields of one message in Protocol Buffers' wire format. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];

  /** An integer up to ±(2⁵³ − 1); a negative one takes ten bytes, as its two's complement of 64 bits. */
  integer(field: number, value: number): void {
    this.#tag(field, wire.varint);
    this.#varint(value);
  }

  /** A number of 32 bits. */
  float(field: number, value: number): void {
    this.#tag(field, wire.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#parts.push(bytes);
  }

  text(field: number, value: string): void {
    this.bytes(field, new TextEncoder().encode(value));
  }

  /** Raw bytes, or the bytes of an inner message. */
  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, wire.bytes);
    this.#varint(value.length);
    this.#parts.push(value);
  }

  /** All bytes of the message. */
  finish(): Uint8Array {
    const message = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      message.set(part, at);
      at += part.length;
    }
    return message;
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    this.#parts.push(Uint8Array.from(bytes));
  }
}
