/** Decompression: gzip as a stream, zstd with what this Node has. What the bytes are is read from themselves. */
import { runInNewContext } from 'node:vm';
import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import { LayerProblem, checkTime, spendRaw } from './limits.ts';
import type { Budget } from './limits.ts';

/** Native zstd, which Node has from 22.15 on. */
export interface NativeZstd {
  createZstdDecompress(): Transform;
  zstdDecompressSync(bytes: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}

export const nativeZstd: NativeZstd | null =
  'createZstdDecompress' in zlib && 'zstdDecompressSync' in zlib ? (zlib as unknown as NativeZstd) : null;

/**
 * Windows that the JavaScript decompressor is trusted with: it allocates what a frame's header asks for. Common
 * tools use 8 MiB.
 */
const MAX_WINDOW = 64 * 1024 * 1024;

export type Compression = 'gzip' | 'zstd' | 'none';

/** By the first bytes, at least six of them: media types are often wrong, and Docker does not believe them either. */
export function compressionOf(start: Uint8Array): Compression | { readonly unsupported: string } {
  const magic = Buffer.from(start.subarray(0, 6)).toString('hex');
  if (magic.startsWith('1f8b')) return 'gzip';
  if (magic.startsWith('28b52ffd') || /^5.2a4d18/.test(magic)) return 'zstd';
  if (magic.startsWith('425a68')) return { unsupported: 'bzip2' };
  if (magic === 'fd377a585a00') return { unsupported: 'xz' };
  return 'none';
}

/**
 * Gives the bytes of `source` through a decompressor of Node. Whoever ends the iteration early ends the source too:
 * it may be in the middle of waiting for the network.
 */
export async function* throughStream(
  source: AsyncIterator<Uint8Array>,
  engine: Transform,
): AsyncGenerator<Uint8Array, void, undefined> {
  void feed(source, engine);
  try {
    for await (const chunk of engine as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    throw error instanceof LayerProblem || isFromServer(error) ? error : damaged();
  } finally {
    engine.destroy();
  }
}

function damaged(): LayerProblem {
  return new LayerProblem('its compressed data is damaged', { damaged: true });
}

/** Errors of the decompressor have a code of zlib; all others came up while reading the source. */
function isFromServer(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code !== 'string' || !/^(?:Z_|ERR_|ZSTD_)/.test(code);
}

async function feed(source: AsyncIterator<Uint8Array>, engine: Transform): Promise<void> {
  let ended = false;
  const closed = new Promise<void>((resolve) => {
    // `end` also comes when padding follows the last gzip member, and then nothing drains any more.
    for (const event of ['close', 'end', 'error']) engine.once(event, () => resolve());
  });
  void closed.then(() => (ended = true));
  try {
    for (;;) {
      const { done, value } = await source.next();
      if (done || ended) break;
      if (!engine.write(value)) {
        await Promise.race([closed, new Promise<void>((resolve) => engine.once('drain', () => resolve()))]);
      }
    }
    if (!ended) engine.end();
  } catch (error) {
    engine.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

export function createGunzip(): Transform {
  return zlib.createGunzip({ chunkSize: 64 * 1024 });
}

/** One gzip member or several, at most `maxBytes` of them unpacked; null for anything else. */
export function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  try {
    return zlib.gunzipSync(bytes, { maxOutputLength: Math.max(1, maxBytes) });
  } catch {
    return null;
  }
}

/** The start of what gzip members unpack to, also when they are cut off: up to `maxBytes`; null for anything else. */
export function gunzipStart(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  try {
    // A flush instead of an end, so that a cut-off stream gives what it has.
    const options = { finishFlush: zlib.constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 };
    return zlib.gunzipSync(bytes, options).subarray(0, maxBytes);
  } catch {
    return null;
  }
}

/**
 * Zstandard frames that unpack to exactly `size` bytes; null for anything else. The bytes may be hostile: the
 * decompressor in JavaScript does not check lengths inside a block, so it is stopped by the clock.
 */
export async function unzstd(
  bytes: Uint8Array,
  size: number,
  timeMs: number,
  native: NativeZstd | null = nativeZstd,
): Promise<Uint8Array | null> {
  try {
    if (native) {
      const whole = native.zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, size) });
      return whole.length === size ? whole : null;
    }
    const out = Buffer.alloc(size);
    let length = 0;
    await eachZstdBlock(bytes, timeMs, (block) => {
      if (length + block.length > size) throw new LayerProblem('it unpacks to more than it claims');
      out.set(block, length);
      length += block.length;
    });
    return length === size ? out : null;
  } catch {
    return null;
  }
}

/** Unpacks a small zstd layer in JavaScript, booking what comes out. */
export async function unpackZstd(
  bytes: Uint8Array,
  budget: Budget,
  onBlock: (block: Uint8Array) => void,
): Promise<void> {
  let problem: unknown = null;
  try {
    await eachZstdBlock(bytes, Math.max(1, budget.deadlineMs - budget.now()), (block) => {
      try {
        spendRaw(budget, block.length);
        onBlock(block);
      } catch (error) {
        problem = error;
        throw error;
      }
    });
  } catch {
    checkTime(budget);
    throw problem instanceof LayerProblem ? problem : damaged();
  }
}

/** Frame by frame, because each header has to be looked at before the decompressor believes it. */
async function eachZstdBlock(
  bytes: Uint8Array,
  timeMs: number,
  onBlock: (block: Uint8Array) => void,
): Promise<void> {
  const { Decompress } = await import('fzstd');
  const unpack = (): void => {
    for (const frame of zstdFrames(bytes)) new Decompress((block) => void onBlock(block)).push(frame, true);
  };
  // V8 can stop any code that runs below a script with a time limit; there is no other way to stop a loop.
  runInNewContext('unpack()', { unpack }, { timeout: Math.ceil(timeMs) });
}

/** The frames with content, by the lengths that their blocks have; skippable ones are left out. */
export function* zstdFrames(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  while (at < bytes.length) {
    const magic = view.getUint32(at, true);
    if (magic >>> 4 === 0x184d2a5) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== 0xfd2fb528) throw damaged();
    const start = at;
    at += 5 + headerRest(view, at);
    for (let last = false; !last;) {
      const header = view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
      last = (header & 1) === 1;
      const type = (header >> 1) & 3;
      // A run of one byte is one byte long, whatever its size says.
      at += 3 + (type === 1 ? 1 : header >> 3);
    }
    if (view.getUint8(start + 4) & 4) at += 4;
    if (at > bytes.length) throw damaged();
    yield bytes.subarray(start, at);
  }
}

/** Length of a frame's header behind its descriptor. */
function headerRest(view: DataView, frame: number): number {
  const descriptor = view.getUint8(frame + 4);
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = descriptor >> 6 === 0 ? single : 1 << (descriptor >> 6);
  const length = 1 - single + dictionary + sizeBytes;
  const window = single
    ? contentSize(view, frame + 5 + dictionary, sizeBytes)
    : windowSize(view.getUint8(frame + 5));
  if (window > MAX_WINDOW) throw new LayerProblem('its compression needs too much memory');
  return length;
}

function contentSize(view: DataView, at: number, bytes: number): number {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
