/** The words of a message about a layer that can't be written. */
interface Refusal {
  layer: string;
  /** The op, or its property, that can't be written. */
  what: string;
  reason: string;
  /** The way out. */
  way: string;
}

/** @internal The error for a layer that can't be written in C. */
export function refuse({ layer, what, reason, way }: Refusal): Error {
  return new Error(`q.export.c cannot write layer ${layer}: ${what}: ${reason} (${way})`);
}
