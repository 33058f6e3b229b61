/** Where data come from, and how they were processed. */
export interface Provenance {
  /** The name of the data. */
  name: string;
  /** Who made and published them, and where. */
  source: string;
  licence: string;
  /** A digest of the file that was read, as in `"sha256:68aea062…"`. */
  hash?: string;
  /** Which of the publisher's examples the data set holds, and in which order. */
  split?: string;
  /** How the values were processed. */
  preprocessing?: string;
}

/** @internal The provenance of a selection: `words` about the selection are added to `split`. */
export function narrowed(provenance: Provenance, words: string): Provenance {
  const split = provenance.split ? `${provenance.split}; ${words}` : words;
  return { ...provenance, split };
}

/** @internal The provenance without the name, as lines of text. */
export function describe(provenance: Provenance): string[] {
  const { source, licence, hash, split, preprocessing } = provenance;
  // The first digits of a hash tell files apart; all of them are in `provenance.hash`.
  const digest = hash?.replace(/^(\w+:\w{8})\w+$/, "$1…");
  const values = [preprocessing, digest].filter(Boolean).join(", ");
  return [`${source}, ${licence}`, split, values].filter((line): line is string => !!line);
}
