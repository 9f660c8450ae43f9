/**
 * What was worked out of layers once: their listings and the answers found in them. The keys are ours and contain the
 * digest of what the note was made from, so a note never grows old.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

export interface Notes {
  get(key: string): Promise<Uint8Array | null>;
  /** What cannot be kept is forgotten without a word. */
  put(key: string, bytes: Uint8Array): Promise<void>;
}

/** For one run: the newest notes, up to `maxBytes` together. */
export function createMemoryNotes(maxBytes = 16 * 1024 * 1024): Notes {
  const kept = new Map<string, Uint8Array>();
  let size = 0;
  const forget = (key: string): void => {
    size -= kept.get(key)?.length ?? 0;
    kept.delete(key);
  };
  return {
    get: (key) => Promise.resolve(kept.get(key) ?? null),
    put(key, bytes) {
      forget(key);
      if (bytes.length <= maxBytes) {
        kept.set(key, bytes);
        size += bytes.length;
      }
      for (const oldest of kept.keys()) {
        if (size <= maxBytes) break;
        forget(oldest);
      }
      return Promise.resolve();
    },
  };
}

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);
const MAX_NOTE = 128 * 1024 * 1024;
const HASH_LENGTH = 32;

/**
 * Notes in a folder of the user's own, up to `maxBytes` together; the oldest go first. A file holds the hash of the key
 * and of the rest, so one that was damaged or renamed says nothing.
 */
export function createDiskNotes(folder: string, maxBytes = 64 * 1024 * 1024): Notes {
  const fileOf = (key: string): string => join(folder, `${hash(Buffer.from(key)).toString('hex')}.note`);
  let written = 0;
  return {
    async get(key) {
      try {
        const file = await readFile(fileOf(key));
        const packed = file.subarray(HASH_LENGTH);
        if (!file.subarray(0, HASH_LENGTH).equals(seal(key, packed))) return null;
        return await gunzip(packed, { maxOutputLength: MAX_NOTE });
      } catch {
        return null;
      }
    },
    async put(key, bytes) {
      const file = fileOf(key);
      const temporary = `${file}.${process.pid}.${written++}`;
      try {
        if (bytes.length > MAX_NOTE) return;
        const packed = await gzip(bytes, { level: 1 });
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await chmod(folder, 0o700);
        await writeFile(temporary, Buffer.concat([seal(key, packed), packed]), { mode: 0o600, flag: 'wx' });
        await rename(temporary, file);
        await sweep(folder, maxBytes);
      } catch {
        await rm(temporary, { force: true }).catch(() => {});
      }
    },
  };
}

function seal(key: string, packed: Uint8Array): Buffer {
  return hash(Buffer.concat([hash(Buffer.from(key)), packed]));
}

function hash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

async function sweep(folder: string, maxBytes: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.note'));
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name));
      return { name, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { name, size } of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= maxBytes) return;
    await rm(join(folder, name), { force: true });
    total -= size;
  }
}
