/** @internal The form in which a kernel takes the fewest bytes. */
export interface Storage {
  form: "dense" | "bitmask" | "codebook" | "bitmask + codebook";
  bytes: number;
}

/**
 * @internal
 * The smallest form of values with a number of bits each, and its bytes. The forms are: all values (dense); a
 * bit for each value that says whether it is 0, and the values that are not 0 (bitmask); a list of the
 * different values, and an index into it for each value (codebook); or both. Nothing is entropy-coded.
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
  return forms.reduce((best, form) => (form.bytes < best.bytes ? form : best));
}
