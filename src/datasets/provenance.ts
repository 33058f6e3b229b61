/** Where data come from, and what was done to them. */
export interface Provenance {
  /** What the data are called. */
  name: string;
  /** Who made and published them, and where. */
  source: string;
  licence: string;
  /** A digest of the file that was read, as in `"sha256:68aea062…"`. */
  hash?: string;
  /** Which of the publisher's examples these are, in which order. */
  split?: string;
  /** What was done to the values. */
  preprocessing?: string;
}

/** @internal The same with one more word on which examples they are. */
export function narrowed(provenance: Provenance, words: string): Provenance {
  const split = provenance.split ? `${provenance.split}; ${words}` : words;
  return { ...provenance, split };
}

/** @internal Lines that say everything but the name. */
export function describe(provenance: Provenance): string[] {
  const { source, licence, hash, split, preprocessing } = provenance;
  // The first digits of a hash tell files apart; all of them are in `provenance.hash`.
  const digest = hash?.replace(/^(\w+:\w{8})\w+$/, "$1…");
  const made = [preprocessing, digest].filter(Boolean).join(", ");
  return [`${source}, ${licence}`, split, made].filter((line): line is string => !!line);
}
