/**
 * The UTF-16 offset of the code point at `offset`: Jupyter counts code points, JavaScript counts UTF-16
 * units.
 */
export function toUtf16(text: string, offset: number): number {
  let units = 0;
  for (let points = 0; points < offset && units < text.length; points++) {
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  }
  return units;
}

/** The number of code points before the UTF-16 offset. */
export function toCodePoints(text: string, units: number): number {
  let points = 0;
  for (let offset = 0; offset < units && offset < text.length; points++) {
    offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  }
  return points;
}
