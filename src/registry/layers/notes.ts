/**
 * What was worked out of layers once: their listings and the answers found in them. The keys are ours and contain the
 * digest of what the note was made from, so a note never grows old.
 */
import { createHash } from 'node:crypto';
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

/** Where notes are kept, by names that are safe as file names. Neither may throw. */
export interface NoteFiles {
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** A file holds the hash of its key and of the rest, so one that was damaged or renamed says nothing. */
export function createFiledNotes(files: NoteFiles): Notes {
  const nameOf = (key: string): string => hash(Buffer.from(key)).toString('hex');
  return {
    async get(key) {
      const file = await files.read(nameOf(key));
      if (file === null || file.length < HASH_LENGTH) return null;
      const packed = file.subarray(HASH_LENGTH);
      if (!seal(key, packed).equals(file.subarray(0, HASH_LENGTH))) return null;
      return gunzip(packed, { maxOutputLength: MAX_NOTE }).catch(() => null);
    },
    async put(key, bytes) {
      if (bytes.length > MAX_NOTE) return;
      const packed = await gzip(bytes, { level: 1 });
      await files.write(nameOf(key), Buffer.concat([seal(key, packed), packed]));
    },
  };
}

function seal(key: string, packed: Uint8Array): Buffer {
  return hash(Buffer.concat([hash(Buffer.from(key)), packed]));
}

function hash(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
