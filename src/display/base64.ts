/** @example base64(Uint8Array.of(104, 105)) // "aGk=" */
export function base64(bytes: Uint8Array): string {
  let text = "";
  const step = 0x8000; // every engine takes this many arguments
  for (let i = 0; i < bytes.length; i += step) {
    text += String.fromCharCode(...bytes.subarray(i, i + step));
  }
  return btoa(text);
}
