/** The real file system, for reading build contexts. The only file of this room that touches it. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, sep } from 'node:path';
import type { ContextFiles, EntryOnDisk } from './files.ts';

/** More entries than a folder of source code has. */
const MAX_ENTRIES = 20_000;

export function diskFiles(): ContextFiles {
  return {
    kindOf: (path) => attempt(() => kind(lstatSync(path))),
    list: (folder) => attempt(() => entriesOf(folder)),
    read: (root, path, maxBytes) => attempt(() => bytesOf(root, path, maxBytes)),
  };
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    // Gone, not allowed, not what it was: there is nothing to be known from it.
    return null;
  }
}

function kind(stats: Stats): EntryOnDisk['kind'] {
  if (stats.isSymbolicLink()) return 'link';
  return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other';
}

function entriesOf(folder: string): readonly EntryOnDisk[] | null {
  if (!lstatSync(folder).isDirectory()) return null;
  return readdirSync(folder)
    .slice(0, MAX_ENTRIES)
    .flatMap((name) => {
      const stats = attempt(() => lstatSync(`${folder}/${name}`));
      return stats ? [{ name, kind: kind(stats), size: stats.size, mode: stats.mode & 0o777 }] : [];
    });
}

function bytesOf(root: string, path: string, maxBytes: number): Uint8Array | null {
  const [realFolder, realRoot] = [realpathSync(dirname(path)), realpathSync(root)];
  if (realFolder !== realRoot && !realFolder.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep))
    return null;
  // Without waiting: what was a file may by now be a pipe that nobody writes to.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maxBytes) return null;
    const bytes = new Uint8Array(maxBytes + 1);
    let length = 0;
    for (;;) {
      const count = readSync(file, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0 || length > maxBytes) break;
    }
    return length > maxBytes ? null : bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
