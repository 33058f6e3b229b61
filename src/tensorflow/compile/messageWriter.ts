/** Protocol Buffers' wire types (protobuf.dev/programming-guides/encoding). */
const wire = { varint: 0, bytes: 2, fixed32: 5 } as const;

const encoder = new TextEncoder();

/** @internal Writes the fields of one message in Protocol Buffers' wire format. */
export class MessageWriter {
  #buffer = new Uint8Array(64);
  #length = 0;

  /** An integer up to ±(2⁵³ − 1); a negative one takes ten bytes, as its two's complement of 64 bits. */
  integer(field: number, value: number): void {
    this.#tag(field, wire.varint);
    this.#varint(value);
  }

  /** Integers in one field, without a tag for each: repeated numbers, which are packed. */
  integers(field: number, values: readonly number[]): void {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(value);
    this.bytes(field, packed.finish());
  }

  /** A number of 32 bits. */
  float(field: number, value: number): void {
    this.#tag(field, wire.fixed32);
    this.#float(value);
  }

  /** Numbers of 32 bits in one field, packed. */
  floats(field: number, values: readonly number[]): void {
    const packed = new MessageWriter();
    for (const value of values) packed.#float(value);
    this.bytes(field, packed.finish());
  }

  text(field: number, value: string): void {
    this.bytes(field, encoder.encode(value));
  }

  /** Raw bytes, or the bytes of an inner message. */
  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, wire.bytes);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** An inner message. */
  message(field: number, write: (inner: MessageWriter) => void): void {
    const inner = new MessageWriter();
    write(inner);
    this.bytes(field, inner.finish());
  }

  /** All bytes of the message. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #tag(field: number, type: number): void {
    this.#varint(field * 8 + type);
  }

  #float(value: number): void {
    this.#reserve(4);
    new DataView(this.#buffer.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  #varint(value: number): void {
    this.#reserve(10);
    if (value < 0) {
      this.#longVarint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#byte((rest % 128) + 128);
    this.#byte(rest);
  }

  #longVarint(value: bigint): void {
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.#byte(Number(rest & 127n) + 128);
    this.#byte(Number(rest));
  }

  #byte(value: number): void {
    this.#buffer[this.#length++] = value;
  }

  #reserve(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(wanted, 2 * this.#buffer.length));
    larger.set(this.#buffer);
    this.#buffer = larger;
  }
}
