/** The nearest whole number, halves to the even one. */
export function halfEven(number: number): number {
  const floor = Math.floor(number);
  const fraction = number - floor;
  return fraction > 0.5 || (fraction === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** The nearest whole number, halves away from zero: C's `round`. */
export function awayFromZero(number: number): number {
  return number < 0 ? Math.ceil(number - 0.5) : Math.floor(number + 0.5);
}
