/**
 * Answers of registries on disk. Content is kept by its digest without an end and proven again whenever it is read;
 * what a tag names is kept for minutes. Nothing secret is ever written, and nothing that goes wrong here is more than
 * a line in the log: a run without a cache is only slower.
 *
 *     <folder>/CACHEDIR.TAG       says what this folder is, to backups and to `clear`
 *     <folder>/key                random bytes that keep the answers to different people apart
 *     <folder>/content/ab/<digest>
 *     <folder>/layers/<SHA-256 of what it is a note of>
 *     <folder>/tags/<HMAC of who asked for what>
 */
import { createHmac, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readFile, readdir, rename, rm, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDigest } from '../core/image-ref.ts';
import type { Log } from '../net/log.ts';
import type { Clock } from '../net/retry.ts';
import { isRecord } from './errors.ts';
import { parseJson } from './json.ts';
import { createFiledNotes } from './layers/notes.ts';
import type { Notes } from './layers/notes.ts';
import { MANIFEST_ACCEPT, hasDigest, manifestKind } from './manifest.ts';
import type { ContentCache, ResolvedManifest, TagCache, TagKey } from './registry.ts';

export interface CacheOptions {
  /** Absolute; made when the first answer is kept. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Whatever decides how a registry is reached: answers of a mirror are not those of its upstream. */
  readonly distinguish?: (registry: string) => string;
  /** For content and notes; more is thrown away, longest unused first. */
  readonly maxBytes?: number;
  readonly tagLifetimeMs?: number;
}

export interface DiskCache {
  readonly content: ContentCache;
  readonly tags: TagCache;
  /** What was worked out of layers. */
  readonly notes: Notes;
}

export interface CacheUsage {
  readonly files: number;
  readonly bytes: number;
}

const MAX_BYTES = 256 * 1024 * 1024;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const TAG_LIFETIME_MS = 10 * 60_000;
/** What was last used so long ago is thrown away even when there is room. */
const FORGET_TAG_MS = 30 * 86_400_000;
/** A file that a killed process has left. */
const STALE_MS = 60 * 60_000;
/** A use is noted at most this often. */
const TOUCH_MS = 60 * 60_000;
const HISTORY = 16;

const MARKER = 'CACHEDIR.TAG';
/** The first line is the convention's (https://bford.info/cachedir/). */
const MARKER_TEXT = 'Signature: 8a477f597d28d172789f06886806bc55\n# A cache of dockfix; it can be removed.\n';

export function createDiskCache(options: CacheOptions): DiskCache {
  const { folder, clock, log } = options;
  const files = createFiles(folder, log);
  const eviction = createEviction(options, files);
  return {
    content: {
      async get(digest) {
        if (!isDigest(digest)) return null;
        const path = contentPath(folder, digest);
        const bytes = await files.read(path, MAX_FILE_BYTES, clock.now());
        if (bytes === null || hasDigest(bytes, digest)) return bytes;
        log.debug(`cache: ${digest} was damaged and is fetched again`);
        await files.remove(path);
        return null;
      },
      async put(digest, bytes) {
        if (!isDigest(digest) || bytes.length > MAX_FILE_BYTES) return;
        if (await files.write(contentPath(folder, digest), bytes)) await eviction.added(bytes.length);
      },
    },
    tags: createTagFiles(options, files),
    notes: createFiledNotes({
      read: (name) => files.read(join(folder, 'layers', name), MAX_FILE_BYTES, clock.now()),
      async write(name, bytes) {
        if (bytes.length > MAX_FILE_BYTES) return;
        if (await files.write(join(folder, 'layers', name), bytes)) await eviction.added(bytes.length);
      },
    }),
  };
}

function contentPath(folder: string, digest: string): string {
  const [algorithm, hex] = digest.split(':') as [string, string];
  return join(folder, 'content', hex.slice(0, 2), `${algorithm}-${hex}`);
}

// ---- tags -----------------------------------------------------------------------------------------------------

interface TagRecord {
  readonly value: ResolvedManifest;
  /** Digests that the tag has had, with the time when it was seen to have another one. */
  readonly replaced: readonly { readonly digest: string; readonly atMs: number }[];
}

function createTagFiles(options: CacheOptions, files: Files): TagCache {
  const { folder, clock, distinguish = () => '' } = options;
  const lifetimeMs = options.tagLifetimeMs ?? TAG_LIFETIME_MS;
  let secret: Promise<Uint8Array | null> | null = null;

  async function pathOf({ registry, repository, tag, identity }: TagKey): Promise<string | null> {
    secret ??= files.secret();
    const key = await secret;
    if (!key) return null;
    // What a registry answers depends on what it is told that one accepts.
    const how = [MANIFEST_ACCEPT, distinguish(registry)];
    const who = JSON.stringify([how, registry, repository, tag, identity]);
    return join(folder, 'tags', createHmac('sha256', key).update(who).digest('hex'));
  }

  async function read(path: string): Promise<TagRecord | null> {
    const bytes = await files.read(path, 64 * 1024, clock.now());
    return bytes && tagRecord(parseJson(bytes));
  }

  return {
    async get(key) {
      const path = await pathOf(key);
      const record = path && (await read(path));
      if (!record) return null;
      const ageMs = clock.now() - record.value.atMs;
      // An answer from the future says that a clock was wrong.
      return { value: withHistory(record), isFresh: ageMs >= 0 && ageMs < lifetimeMs };
    },
    async put(key, value) {
      const path = await pathOf(key);
      if (!path) return value;
      const before = await read(path);
      const moved = before && before.value.digest !== value.digest;
      const replaced = [
        ...(moved ? [{ digest: before.value.digest, atMs: value.atMs }] : []),
        ...(before?.replaced ?? []),
      ].slice(0, HISTORY);
      const record: TagRecord = { value, replaced };
      await files.write(path, Buffer.from(JSON.stringify(record)));
      return withHistory(record);
    },
  };
}

function withHistory({ value, replaced }: TagRecord): ResolvedManifest {
  const { replacedAtMs: _, ...plain } = value;
  const earlier = replaced.find(({ digest }) => digest === value.digest);
  return earlier ? { ...plain, replacedAtMs: earlier.atMs } : plain;
}

/** Null for a file that holds anything else. */
function tagRecord(json: unknown): TagRecord | null {
  if (!isRecord(json) || !isRecord(json['value']) || !Array.isArray(json['replaced'])) return null;
  const { digest, mediaType, atMs, lastModifiedMs } = json['value'];
  if (typeof digest !== 'string' || !isDigest(digest)) return null;
  if (typeof mediaType !== 'string' || typeof atMs !== 'number') return null;
  const kind = manifestKind(mediaType);
  if (kind === null) return null;
  const modified = typeof lastModifiedMs === 'number' ? { lastModifiedMs } : {};
  const replaced = json['replaced'].flatMap((entry: unknown) =>
    isRecord(entry) && typeof entry['digest'] === 'string' && typeof entry['atMs'] === 'number'
      ? [{ digest: entry['digest'], atMs: entry['atMs'] }]
      : [],
  );
  return { value: { digest, mediaType, kind, atMs, ...modified }, replaced: replaced.slice(0, HISTORY) };
}

// ---- files ----------------------------------------------------------------------------------------------------

/** Reads and writes below the folder. Everything that fails is said once in the log and is "not there". */
interface Files {
  /** Null also for a file that is longer than `maxBytes`. Notes the use. */
  read(path: string, maxBytes: number, nowMs: number): Promise<Uint8Array | null>;
  /** All or nothing, for whoever reads at the same time. False when it was not written. */
  write(path: string, bytes: Uint8Array): Promise<boolean>;
  remove(path: string): Promise<void>;
  /** The bytes of `key`, made when there are none. */
  secret(): Promise<Uint8Array | null>;
}

function createFiles(folder: string, log: Log): Files {
  let trusted: Promise<boolean> | null = null;
  let writable: Promise<boolean> | null = null;
  const gaveUp = { reading: false, writing: false };

  function fail(what: 'reading' | 'writing', error: unknown): void {
    if (!gaveUp[what]) log.debug(`cache: no more ${what} in this run (${reasonOf(error)})`);
    gaveUp[what] = true;
  }

  /** What somebody else can write into is not believed. */
  async function isTrusted(): Promise<boolean> {
    const stats = await lstat(folder).catch(() => null);
    // What is not there yet has nothing to read.
    if (!stats) return true;
    const own = process.getuid === undefined || stats.uid === process.getuid();
    if (stats.isDirectory() && own && (stats.mode & 0o022) === 0) return true;
    fail('reading', new Error('its folder is none of its own, or others can write into it'));
    return false;
  }

  async function isWritable(): Promise<boolean> {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (!(await isTrusted())) return false;
      await createFile(join(folder, MARKER), Buffer.from(MARKER_TEXT));
      return true;
    } catch (error) {
      fail('writing', error);
      return false;
    }
  }

  async function canWrite(): Promise<boolean> {
    writable ??= isWritable();
    return (await writable) && !gaveUp.writing;
  }

  const files: Files = {
    async read(path, maxBytes, nowMs) {
      trusted ??= isTrusted();
      if (gaveUp.reading || !(await trusted)) return null;
      try {
        const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
        try {
          const stats = await handle.stat();
          if (!stats.isFile() || stats.size > maxBytes) return null;
          if (nowMs - stats.mtimeMs > TOUCH_MS) {
            const now = new Date(nowMs);
            await utimes(path, now, now).catch(() => {});
          }
          return await handle.readFile();
        } finally {
          await handle.close();
        }
      } catch (error) {
        // A file that is not there, or was removed meanwhile, is the usual case.
        if (!NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')) fail('reading', error);
        return null;
      }
    },

    async write(path, bytes) {
      if (!(await canWrite())) return false;
      try {
        await replaceFile(path, bytes);
        return true;
      } catch (error) {
        fail('writing', error);
        return false;
      }
    },

    remove: (path) => unlink(path).catch(() => {}),

    async secret() {
      const path = join(folder, 'key');
      const known = await files.read(path, 1024, 0);
      if (known?.length === KEY_BYTES) return known;
      if (!(await canWrite())) return null;
      try {
        if (known !== null) await unlink(path);
        // Several processes may want to be the first: one wins, and all use its key.
        await createFile(path, randomBytes(KEY_BYTES));
        const bytes = await readFile(path);
        return bytes.length === KEY_BYTES ? bytes : null;
      } catch (error) {
        fail('writing', error);
        return null;
      }
    },
  };
  return files;
}

const KEY_BYTES = 32;
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function reasonOf(error: unknown): string {
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : 'unknown';
}

async function writeBeside(path: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
  return temporary;
}

async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = await writeBeside(path, bytes);
  await rename(temporary, path).catch(async (error: unknown) => {
    await unlink(temporary).catch(() => {});
    throw error;
  });
}

/** Whole or not at all, and only when there is none yet. */
async function createFile(path: string, bytes: Uint8Array): Promise<void> {
  if (await lstat(path).catch(() => null)) return;
  const temporary = await writeBeside(path, bytes);
  try {
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await unlink(temporary).catch(() => {});
  }
}

// ---- size -----------------------------------------------------------------------------------------------------

interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly usedAtMs: number;
}

/** Keeps the content below its cap. The folder is looked through once a run, when something is first added. */
function createEviction(options: CacheOptions, files: Files): { added(bytes: number): Promise<void> } {
  const cap = options.maxBytes ?? MAX_BYTES;
  // Not known before the folder was looked through; NaN is below no cap.
  let total = Number.NaN;
  let running: Promise<void> | null = null;

  async function evict(): Promise<void> {
    const nowMs = options.clock.now();
    const isOld = (file: Kept, ageMs: number): boolean => nowMs - file.usedAtMs > ageMs;
    const content = [
      ...(await filesBelow(join(options.folder, 'content'))),
      ...(await filesBelow(join(options.folder, 'layers'))),
    ];
    const tags = await filesBelow(join(options.folder, 'tags'));
    const leftovers = [...content, ...tags].filter(
      (file) => file.path.endsWith('.tmp') && isOld(file, STALE_MS),
    );
    const forgotten = tags.filter((file) => isOld(file, FORGET_TAG_MS));
    for (const { path } of [...leftovers, ...forgotten]) await files.remove(path);
    total = content.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= cap) return;
    // A tenth more than needed, so that not every new file has to look through the folder.
    for (const { path, bytes } of content.toSorted((a, b) => a.usedAtMs - b.usedAtMs)) {
      if (total <= cap * 0.9) break;
      await files.remove(path);
      total -= bytes;
    }
  }

  return {
    async added(bytes) {
      total += bytes;
      if (total <= cap) return;
      running ??= evict().finally(() => {
        running = null;
      });
      await running;
    },
  };
}

/** Nothing where there is no such folder; symbolic links are not followed. */
async function filesBelow(folder: string): Promise<readonly Kept[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: Kept[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(path)));
    const stats = entry.isFile() ? await lstat(path).catch(() => null) : null;
    if (stats) found.push({ path, bytes: stats.size, usedAtMs: stats.mtimeMs });
  }
  return found;
}

// ---- for `dockfix cache` ----------------------------------------------------------------------------------------

const PARTS = ['content', 'layers', 'tags', 'key'];

/** What a cache holds; nothing where there is none. */
export async function cacheUsage(folder: string): Promise<CacheUsage> {
  const kept = ['content', 'layers', 'tags'].map((part) => filesBelow(join(folder, part)));
  const files = (await Promise.all(kept)).flat();
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Removes everything that this cache has put into the folder and nothing else. False, and nothing is removed, when
 * the folder holds things and is no cache of dockfix. Throws what the file system throws.
 */
export async function clearCache(folder: string): Promise<boolean> {
  const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries.length === 0) return true;
  const marker = await readFile(join(folder, MARKER), 'utf8').catch(() => '');
  if (marker !== MARKER_TEXT) return false;
  for (const part of PARTS) await rm(join(folder, part), { recursive: true, force: true });
  return true;
}
