/**
 * A number for a summary: four significant digits, a true minus sign, and an exponent only for very large
 * and very small numbers.
 *
 * @example
 * shortNumber(-0.123456); // "−0.1235"
 */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace("-", "−").replace("Infinity", "∞");
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return withMinus(groupDigits(value));
  const size = Math.abs(value);
  const text = size >= 1e-4 && size < 1e7 ? fixed(value, size) : value.toExponential(3);
  return withMinus(text);
}

function fixed(value: number, size: number): string {
  const digits = Math.max(0, 3 - Math.floor(Math.log10(size)));
  return value
    .toFixed(Math.min(digits, 8))
    .replace(/(\.\d*?)0+$/, "$1")
    .replace(/\.$/, "");
}

function groupDigits(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

function withMinus(text: string): string {
  return text.replaceAll("-", "−");
}

/** @example bytes(62_400) // "60.9 KiB" */
export function bytes(count: number): string {
  if (count < 1024) return `${Math.ceil(count)} B`;
  if (count < 1024 * 1024) return `${(count / 1024).toFixed(1)} KiB`;
  return `${(count / 1024 / 1024).toFixed(1)} MiB`;
}

/** @example duration(83_400) // "1 min 23 s" */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
