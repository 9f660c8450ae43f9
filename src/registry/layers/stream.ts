/** A layer's archive as it streams by: unpacked, walked, stopped as soon as enough is known. Nothing of it is held. */
import type { Descriptor } from '../registry.ts';
import { openBlob } from './blob.ts';
import type { BlobReader, OpenBlob } from './blob.ts';
import { LayerProblem, spendRaw, tooMuchRaw } from './limits.ts';
import type { Budget } from './limits.ts';
import { createTarWalker } from './tar.ts';
import type { TarEntry, TarWalker } from './tar.ts';
import { compressionOf, createGunzip, nativeZstd, throughStream, unpackZstd } from './unpack.ts';
import type { NativeZstd } from './unpack.ts';

export interface ArchiveReader {
  /** A buffer of the entry's size to have its content, else null. */
  onEntry(entry: TarEntry): Uint8Array | null;
  onContent(entry: TarEntry, content: Uint8Array): void;
  /** True once nothing more is wanted. */
  isDone(): boolean;
}

/**
 * Reads a layer until `isDone`, or to its end.
 *
 * @returns true when all of it was read and has the layer's digest
 * @throws LayerProblem when it cannot be read, or is not what the manifest means
 */
export async function readArchive(
  reader: BlobReader,
  layer: Descriptor,
  archive: ArchiveReader,
  zstd: NativeZstd | null = nativeZstd,
): Promise<boolean> {
  const blob = await openBlob(reader, layer);
  try {
    return await walkArchive(reader.budget, layer, blob, archive, zstd);
  } catch (error) {
    // Bytes that make no sense may be another layer's: then the digest says so, and that is the better answer.
    if (error instanceof LayerProblem && error.damaged) await drain(blob.chunks);
    throw error;
  } finally {
    blob.close();
  }
}

async function walkArchive(
  budget: Budget,
  layer: Descriptor,
  blob: OpenBlob,
  archive: ArchiveReader,
  zstd: NativeZstd | null,
): Promise<boolean> {
  const walker = createTarWalker({
    onEntry: (entry) => archive.onEntry(entry),
    onContent: (entry, content) => archive.onContent(entry, content),
    onSize(bytes) {
      // Nothing behind this content could be reached.
      if (bytes > budget.raw && !archive.isDone()) throw tooMuchRaw(budget);
    },
  });
  const source = await startOf(blob.chunks);
  const kind = compressionOf(source.start);
  if (typeof kind === 'object') throw new LayerProblem(`it is compressed with ${kind.unsupported}`);
  if (kind === 'zstd' && zstd === null) {
    await walkSmallZstd(budget, layer, source.chunks, walker);
    return true;
  }
  const counted = count(source.chunks);
  const raw =
    kind === 'none'
      ? counted.chunks
      : throughStream(counted.chunks, kind === 'gzip' ? createGunzip() : zstd!.createZstdDecompress());
  const bomb = bombGuard(budget);
  for await (const chunk of raw) {
    spendRaw(budget, chunk.length);
    if (kind !== 'none') bomb(chunk.length, counted.received());
    walker.push(chunk);
    if (archive.isDone()) return false;
  }
  walker.end();
  // Zeros behind the last gzip member are part of the blob as well.
  await drain(blob.chunks);
  return true;
}

/** Small enough to be held: it is checked whole before it is unpacked. */
async function walkSmallZstd(
  budget: Budget,
  layer: Descriptor,
  chunks: AsyncIterable<Uint8Array>,
  walker: TarWalker,
): Promise<void> {
  if (layer.size > budget.limits.zstdBytes) {
    throw new LayerProblem(
      'it is compressed with zstd, which this version of Node unpacks for small layers only',
    );
  }
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const packed = Buffer.concat(parts);
  const bomb = bombGuard(budget);
  await unpackZstd(packed, budget, (block) => {
    bomb(block.length, packed.length);
    walker.push(block);
  });
  walker.end();
}

/** Notices a layer that is made to unpack to very much more than its size. */
function bombGuard({ limits }: Budget): (unpacked: number, received: number) => void {
  let total = 0;
  return (unpacked, received) => {
    total += unpacked;
    if (total > limits.ratioFromBytes && total > limits.ratio * received) {
      throw new LayerProblem(`suspicious-ratio: it unpacks to more than ${limits.ratio} times its size`);
    }
  };
}

const MAGIC_LENGTH = 6;

/** The first bytes, and all of them once more. */
async function startOf(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): Promise<{ readonly start: Uint8Array; readonly chunks: AsyncGenerator<Uint8Array, void, undefined> }> {
  let start: Uint8Array = new Uint8Array();
  while (start.length < MAGIC_LENGTH) {
    const { done, value } = await chunks.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  async function* again(): AsyncGenerator<Uint8Array, void, undefined> {
    if (start.length > 0) yield start;
    yield* chunks;
  }
  return { start, chunks: again() };
}

function count(chunks: AsyncIterable<Uint8Array>): {
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  received(): number;
} {
  let received = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of chunks) {
      received += chunk.length;
      yield chunk;
    }
  }
  return { chunks: counted(), received: () => received };
}

/** Reads on to the end, where the digest is checked. */
async function drain(chunks: AsyncGenerator<Uint8Array, void, undefined>): Promise<void> {
  for (;;) {
    const { done } = await chunks.next();
    if (done) return;
  }
}
