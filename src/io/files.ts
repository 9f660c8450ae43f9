/**
 * Reading and writing Dockerfiles. Only regular files inside a root are touched, never through a link; a write puts
 * a whole new file in the old one's place, and only when the old one is still what was judged.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { access, lstat, open, readlink, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { EnvironmentError, InputError } from '../core/errors.ts';
import { MAX_FILE_BYTES, decodeText, encodeText } from '../core/text.ts';

export interface ReadFile {
  readonly text: string;
  /** Of the bytes on disk, hex. */
  readonly sha256: string;
}

/** Reads a Dockerfile. `root` is the folder that it must not leave, absolute. */
export async function readDockerfile(path: string, root: string): Promise<ReadFile> {
  await checkPlace(path, root);
  const bytes = await readBytes(path);
  return { text: decodeText(bytes), sha256: sha256(bytes) };
}

/**
 * Replaces the text of a file that had the bytes of `expectedSha256` when it was judged. The new text is written
 * beside it and put in its place by a rename, so whoever reads it, at any moment, sees the old file or the new one.
 */
export async function writeDockerfile(
  path: string,
  root: string,
  text: string,
  expectedSha256: string,
): Promise<void> {
  const stats = await checkPlace(path, root);
  // A rename asks for the right to change the folder only; a file that is read-only was not meant to change.
  await access(path, constants.W_OK).catch((error: unknown) => {
    throw writeError(error);
  });
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.dockfix`,
  );
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      await file.writeFile(encodeText(text));
      await keepOwner(file, stats);
      // After the owner, because a change of owner takes some bits away.
      await file.chmod(stats.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    // The last look before the rename: what was judged must still be what is there.
    await checkPlace(path, root);
    if (sha256(await readBytes(path)) !== expectedSha256) {
      throw new EnvironmentError(
        'changed-on-disk',
        'was changed by someone else meanwhile; it was left alone',
      );
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(error);
  }
  await syncFolder(dirname(path));
}

async function keepOwner(file: Awaited<ReturnType<typeof open>>, stats: Stats): Promise<void> {
  const own = await file.stat();
  if (own.uid === stats.uid && own.gid === stats.gid) return;
  // Without the right to do so the file belongs to whoever runs dockfix, as with every editor; its group may stay.
  await file
    .chown(stats.uid, stats.gid)
    .catch(() => file.chown(own.uid, stats.gid))
    .catch(() => {});
}

/** Refuses links, folders, devices and what lies outside the root. */
async function checkPlace(path: string, root: string): Promise<Stats> {
  let stats: Stats;
  try {
    stats = await lstat(path);
  } catch (error) {
    // Node reads such a name with this character in it, and then finds nothing under it.
    if (path.includes('\uFFFD'))
      throw new InputError('name-not-utf8', 'has a name that is not UTF-8; rename it');
    throw readError(error);
  }
  if (stats.isSymbolicLink()) {
    const target = await readlink(path);
    const leads = await realpath(path).catch(codeOf);
    const advice =
      leads === 'ELOOP'
        ? ', which leads back to itself'
        : leads === 'ENOENT' || leads === 'ENOTDIR'
          ? ', which is not there'
          : '; name that file instead';
    throw new InputError('symbolic-link', `is a symbolic link to ${target}${advice}`);
  }
  if (stats.isDirectory()) throw new InputError('directory', 'is a folder, not a file');
  if (!stats.isFile()) throw new InputError('not-regular', 'is not a regular file');
  if (stats.size > MAX_FILE_BYTES) {
    throw new InputError(
      'too-large',
      `is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB; this is no Dockerfile`,
    );
  }
  const [realFolder, realRoot] = await Promise.all([realpath(dirname(path)), realpath(root)]);
  if (realFolder !== realRoot && !realFolder.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
    throw new InputError('outside', 'lies outside the folder that was asked for');
  }
  return stats;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    // Without waiting: what was a file may by now be a pipe that nobody writes to.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const file = await open(path, flags);
    try {
      if (!(await file.stat()).isFile()) throw new InputError('not-regular', 'is not a regular file');
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readError(error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Not every file system can sync a folder; the rename itself has happened.
  const handle = await open(folder, constants.O_RDONLY).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function codeOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? '') : '';
}

/** The sentence for a failed look at a path; code `missing` when nothing is there. */
export function readError(error: unknown): Error {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return new InputError('missing', 'does not exist');
  if (code === 'EACCES' || code === 'EPERM')
    return new EnvironmentError('unreadable', 'cannot be read: permission denied');
  if (code === 'ELOOP') return new InputError('symbolic-link', 'is a symbolic link');
  return error instanceof Error && code !== ''
    ? new EnvironmentError('unreadable', `cannot be read (${code})`)
    : (error as Error);
}

function writeError(error: unknown): Error {
  const code = codeOf(error);
  if (error instanceof InputError || error instanceof EnvironmentError) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EnvironmentError('disk-full', 'could not be written: the disk is full; the file is as it was');
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new EnvironmentError(
      'unwritable',
      'could not be written: permission denied; the file is as it was',
    );
  }
  return new EnvironmentError(
    'unwritable',
    `could not be written (${code || 'unknown error'}); the file is as it was`,
  );
}
