/** The beginning of a line that glog and Abseil write for information, as TensorFlow does when it is loaded. */
const info =
  /^(?:I\d{4} \d\d:\d\d:\d+\.\d+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: I |WARNING: All log messages before absl::)/;
/** How long such a beginning may be. */
const longest = 50;

/** Sorts the lines out in which native libraries inform their developers: they belong to the kernel's log, not to a cell. */
export class InfoLines {
  readonly #log: (text: string) => void;
  /** A line that is still to end, and goes to the log. */
  #informing = "";
  #atStart = true;

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Returns the text without those lines. */
  take(text: string): string {
    let kept = "";
    for (const line of text.split(/(?<=\n)/)) {
      const begins = this.#atStart && info.test(line.slice(0, longest));
      if (this.#informing !== "" || begins) {
        this.#informing += line;
        if (line.endsWith("\n")) {
          this.#log(this.#informing);
          this.#informing = "";
        }
      } else kept += line;
      this.#atStart = line.endsWith("\n");
    }
    return kept;
  }
}
