/** @internal How a kernel is stored in the fewest bytes, of the ways that are counted. */
export interface Storage {
  form: "dense" | "bitmask" | "codebook" | "bitmask + codebook";
  bytes: number;
}

/**
 * @internal
 * The bytes that values of so many bits take: all of them; a bit for each that says whether it is 0, and those that
 * aren't; an index for each into a list of the values there are; or both. Nothing is entropy-coded.
 */
export function storageOf(values: ArrayLike<number>, bits: number): Storage {
  const list = Array.from(values);
  const kept = list.filter((value) => value !== 0);
  const whole = (bits: number) => Math.ceil(bits / 8);
  const indexed = (members: number[]) => {
    const count = new Set(members).size;
    const index = Math.max(1, Math.ceil(Math.log2(count)));
    return whole(members.length * index) + whole(count * bits);
  };
  const forms: Storage[] = [
    { form: "dense", bytes: whole(list.length * bits) },
    { form: "bitmask", bytes: whole(list.length) + whole(kept.length * bits) },
    { form: "codebook", bytes: indexed(list) },
    { form: "bitmask + codebook", bytes: whole(list.length) + indexed(kept) },
  ];
  return forms.reduce((best, one) => (one.bytes < best.bytes ? one : best));
}
