/** The interrupt of one run, as the run's code sees it. */
export interface Interrupt {
  /** Whether the reader has interrupted the run. From then on its code has a short time to clean up. */
  readonly interrupted: boolean;
  /** Whether that time is over. */
  readonly ended: boolean;
  /** Whether an interrupt can still come: false once the run is over. */
  readonly possible: boolean;

  /** Has `stop` called when the interrupt comes; returns a function that forgets it. */
  onInterrupt(stop: () => void): () => void;

  /** Says that the run's code waits while it cleans up; it calls the function that is returned when it goes on. */
  clean(): () => void;
}

/** The interrupt of code that belongs to no run: it never comes. */
export const noInterrupt: Interrupt = {
  interrupted: false,
  ended: false,
  possible: false,
  onInterrupt: () => () => {},
  clean: () => () => {},
};
