/** @internal A file that is to be written. */
export interface Target {
  /** The path, as the user wrote it. */
  file: string;
  /** Whether the file may be replaced if it exists. */
  overwrite: boolean;
  /** A path as a message shows it, as in `"digits.tflite"`. */
  example: string;
}
