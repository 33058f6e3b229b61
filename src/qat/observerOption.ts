/** How ranges follow the values in training: by a moving average. */
export type ObserverOption = "ema" | { name: "ema"; momentum?: number };

/** @internal The moving average's momentum; `undefined`: ranges stay. @throws for another observer */
export function momentumOf(option: ObserverOption | undefined): number | undefined {
  if (option === undefined) return undefined;
  const { name, momentum = 0.99 } = typeof option === "string" ? { name: option } : option;
  if (name !== "ema") {
    throw new TypeError(`invalid observer: ${name} (expected "ema", as in { observer: "ema" })`);
  }
  if (momentum >= 0 && momentum < 1) return momentum;
  throw new RangeError(
    `invalid momentum: ${momentum} (expected a number from 0, below 1, as in { name: "ema", momentum: 0.99 })`,
  );
}
