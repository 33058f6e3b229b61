/** A lesson of the course. */
export interface Lesson {
  /** Its number in two digits. */
  readonly number: string;
  readonly title: string;
  /** The notebook's file. */
  readonly file: string;
}

/** @internal The lessons of the course in order, as the README lists them. */
export const course: readonly Lesson[] = [
  { number: "00", title: "Check your setup", file: "00-check-your-setup.ipynb" },
  { number: "01", title: "What does rounding do?", file: "01-what-does-rounding-do.ipynb" },
  { number: "02", title: "Which grid fits?", file: "02-which-grid-fits.ipynb" },
  { number: "03", title: "How do I calibrate?", file: "03-how-do-i-calibrate.ipynb" },
  { number: "04", title: "Why does it break?", file: "04-why-does-it-break.ipynb" },
  {
    number: "05",
    title: "What do frameworks compute?",
    file: "05-what-do-frameworks-compute.ipynb",
  },
  { number: "06", title: "Does QAT recover it?", file: "06-does-qat-recover.ipynb" },
  { number: "07", title: "Which gradient is right?", file: "07-which-gradient-is-right.ipynb" },
  { number: "08", title: "Can the range be learned?", file: "08-can-the-range-be-learned.ipynb" },
  { number: "09", title: "Why do weights oscillate?", file: "09-why-do-weights-oscillate.ipynb" },
  {
    number: "10",
    title: "Is nearest the best rounding?",
    file: "10-is-nearest-the-best-rounding.ipynb",
  },
  { number: "11", title: "Which layer deserves bits?", file: "11-which-layer-deserves-bits.ipynb" },
  { number: "12", title: "Can gradients be low-bit?", file: "12-can-gradients-be-low-bit.ipynb" },
  {
    number: "13",
    title: "Which errors does an LSTM keep?",
    file: "13-which-errors-does-an-lstm-keep.ipynb",
  },
  { number: "14", title: "What do outliers cost?", file: "14-what-do-outliers-cost.ipynb" },
  { number: "15", title: "Does it deploy unchanged?", file: "15-does-it-deploy-unchanged.ipynb" },
  { number: "16", title: "Will it hold in the world?", file: "16-will-it-hold-in-the-world.ipynb" },
];
