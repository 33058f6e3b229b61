/** The UTF-16 offset of the code point at `offset`: Jupyter counts the latter, JavaScript the former. */
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
  for (let at = 0; at < units && at < text.length; points++) {
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  }
  return points;
}
