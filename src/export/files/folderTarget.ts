/** @internal A folder that an export wants to fill. */
export interface FolderTarget {
  readonly folder: string;
  /** Whether what an earlier export left in the folder may be replaced. */
  readonly overwrite: boolean;
  /** The content of the folder in words, as in `"a SavedModel"`. */
  readonly content: string;
  /** Whether files with these names are what an earlier export left. */
  isOurs(names: readonly string[]): boolean;
  /** A path that is right. */
  readonly example: string;
}
