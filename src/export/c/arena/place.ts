/** @internal A block of memory that is in use from one op to another, both included. */
export interface Block {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** The block begins at a multiple of this number of bytes. */
  readonly alignment: number;
}

/**
 * @internal
 * Places blocks in an arena so that blocks in use at the same time don't overlap: the largest block first, each at the
 * lowest free offset. That is the "greedy by size" of Pisarchyk and Lee, "Efficient Memory Management for Deep Neural
 * Net Inference" (2020), section 5.2.
 *
 * @returns the offset of each block, and the size of the arena, in bytes
 */
export function place(blocks: readonly Block[]): { offsets: number[]; bytes: number } {
  const order = blocks
    .map((_, index) => index)
    .sort((a, b) => blocks[b]!.bytes - blocks[a]!.bytes || a - b);
  const offsets: number[] = Array(blocks.length).fill(0);
  const placed: number[] = [];
  for (const index of order) {
    const block = blocks[index]!;
    const neighbours = placed
      .filter((other) => meet(block, blocks[other]!))
      .sort((a, b) => offsets[a]! - offsets[b]!);
    let offset = 0;
    for (const other of neighbours) {
      if (offset + block.bytes <= offsets[other]!) break;
      const end = offsets[other]! + blocks[other]!.bytes;
      offset = Math.max(offset, Math.ceil(end / block.alignment) * block.alignment);
    }
    offsets[index] = offset;
    placed.push(index);
  }
  const bytes = Math.max(0, ...blocks.map((block, index) => offsets[index]! + block.bytes));
  return { offsets, bytes };
}

const meet = (a: Block, b: Block) => a.first <= b.last && b.first <= a.last;
