/**
 * What finding a build context needs of a file system. Paths are absolute and have slashes. Nothing is followed: a
 * link is a link. Every call may fail and then gives null.
 */
export interface ContextFiles {
  /** What is at a path itself. */
  kindOf(path: string): EntryOnDisk['kind'] | null;
  /** The entries of a folder that is no link. */
  list(folder: string): readonly EntryOnDisk[] | null;
  /**
   * The bytes of a regular file that lies in `root` by its real path, also when folders on the way are swapped for
   * links meanwhile; null when it is larger than `maxBytes`.
   */
  read(root: string, path: string, maxBytes: number): Uint8Array | null;
}

export interface EntryOnDisk {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
}
