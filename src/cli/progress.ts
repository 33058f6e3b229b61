/** One line that tells how a notebook's run goes. */
export interface Progress {
  /** Tells that the kernel is up, and how many code cells the notebook has. */
  start(cells: number): void;
  /**
   * Tells that the code cell with this number (from 1) starts; the number of a cell without code is null.
   */
  at(number: number | null): void;
  /** Tells that the run is over; `verdict` closes the line. */
  end(verdict: string): void;
}

const width = 24;

/** A bar that moves in place on a terminal, and just a first and a last line elsewhere. */
export function progressLine(
  name: string,
  { stream = process.stdout }: { stream?: NodeJS.WriteStream } = {},
): Progress {
  const begun = performance.now();
  const seconds = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  let cells = 0;
  const draw = (done: number) => {
    if (!stream.isTTY) return;
    const filled = cells === 0 ? 0 : Math.round((width * done) / cells);
    const bar = "█".repeat(filled) + "░".repeat(width - filled);
    stream.write(`\r\x1b[K${name}  ${bar}  cell ${done + 1} of ${cells}  ${seconds()}`);
  };
  if (!stream.isTTY) stream.write(`${name} …\n`);
  return {
    start(count) {
      cells = count;
      draw(0);
    },
    at(number) {
      if (number !== null) draw(number - 1);
    },
    end(verdict) {
      stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${name}  ${verdict}  ${seconds()}\n`);
    },
  };
}
