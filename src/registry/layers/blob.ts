/** Blobs of a repository: a range of one, or one as a stream whose digest is checked at its end. */
import { createHash } from 'node:crypto';
import { isDigest } from '../../core/image-ref.ts';
import { StreamError, header } from '../../net/http.ts';
import type { HttpStream } from '../../net/http.ts';
import { failure, statusFailure, transportFailure } from '../errors.ts';
import type { RegistryFailure } from '../errors.ts';
import type { Descriptor } from '../registry.ts';
import type { RegistrySession, RepositoryName } from '../session.ts';
import { LayerProblem, checkTime, spendCompressed } from './limits.ts';
import type { Budget } from './limits.ts';

export interface BlobReader {
  readonly session: RegistrySession;
  readonly repository: RepositoryName;
  readonly budget: Budget;
}

/** A blob on its way. */
export interface OpenBlob {
  /** Ends only when the whole blob has come and has its digest; else throws LayerProblem. */
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
  /** Ends the transfer; without effect after its end. */
  close(): void;
}

/** Opens a whole blob. @throws LayerProblem */
export async function openBlob(reader: BlobReader, blob: Descriptor): Promise<OpenBlob> {
  const response = await send(reader, blob, {});
  if (response.status !== 200) {
    response.destroy();
    throw statusProblem(reader, blob, response.status);
  }
  return { chunks: checked(reader, blob, response), close: () => response.destroy() };
}

async function* checked(
  reader: BlobReader,
  blob: Descriptor,
  response: HttpStream,
): AsyncGenerator<Uint8Array, void, undefined> {
  const [algorithm] = blob.digest.split(':');
  const hash = createHash(algorithm!);
  let length = 0;
  for await (const chunk of received(reader, response)) {
    length += chunk.length;
    // The size is part of the manifest, so it was checked with the manifest's digest.
    if (length > blob.size) throw mismatch(reader, blob);
    hash.update(chunk);
    yield chunk;
  }
  if (length !== blob.size || `${algorithm}:${hash.digest('hex')}` !== blob.digest)
    throw mismatch(reader, blob);
}

/** A whole blob of at most `maxBytes`, in memory and checked. @throws LayerProblem */
export async function readBlob(reader: BlobReader, blob: Descriptor, maxBytes: number): Promise<Uint8Array> {
  if (blob.size > maxBytes) throw new LayerProblem(`it is larger than ${maxBytes} bytes`);
  const { chunks, close } = await openBlob(reader, blob);
  try {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return Buffer.concat(parts);
  } finally {
    close();
  }
}

/**
 * `length` bytes of a blob from `start` on. A server that ignores the range and sends all is read up to there, if
 * that is not more than `maxSkip` bytes in vain.
 *
 * @throws LayerProblem
 */
export async function readRange(
  reader: BlobReader,
  blob: Descriptor,
  range: { readonly start: number; readonly length: number; readonly maxSkip: number },
): Promise<Uint8Array> {
  const { start, length } = range;
  if (length <= 0 || start < 0 || start + length > blob.size)
    throw new LayerProblem('it contradicts its own size');
  const response = await send(reader, blob, { range: `bytes=${start}-${start + length - 1}` });
  try {
    let skip = 0;
    if (response.status === 200) {
      if (start > range.maxSkip) throw new LayerProblem('the registry does not send parts of a layer');
      skip = start;
    } else if (response.status !== 206) throw statusProblem(reader, blob, response.status);
    else if (!isAsked(header(response, 'content-range'), start, length, blob.size)) {
      throw failed(
        reader,
        'registry-error',
        `sent another part of ${nameOf(blob)} than the one that was asked for`,
      );
    }
    return await take(reader, blob, response, skip, length);
  } finally {
    response.destroy();
  }
}

/** Exactly this part, of a blob of exactly this size. */
function isAsked(contentRange: string | null, start: number, length: number, size: number): boolean {
  const match = /^bytes (\d{1,16})-(\d{1,16})\/(\d{1,16}|\*)$/i.exec(
    (contentRange ?? '').slice(0, 80).trim(),
  );
  if (!match) return false;
  const [, first, last, total] = match;
  return (
    Number(first) === start &&
    Number(last) === start + length - 1 &&
    (total === '*' || Number(total) === size)
  );
}

async function take(
  reader: BlobReader,
  blob: Descriptor,
  response: HttpStream,
  skip: number,
  length: number,
): Promise<Uint8Array> {
  const out = Buffer.alloc(length);
  let at = -skip;
  for await (const chunk of received(reader, response)) {
    const useful = chunk.subarray(Math.min(chunk.length, Math.max(0, -at)));
    const to = Math.max(0, at);
    out.set(useful.subarray(0, length - to), to);
    at += chunk.length;
    if (at >= length) return out;
  }
  throw failed(reader, 'network', `the connection ended before all of ${nameOf(blob)} was sent`);
}

/** The body, booked on the budget. */
async function* received(
  reader: BlobReader,
  response: HttpStream,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { registry } = reader.repository;
  try {
    for await (const chunk of response.body) {
      spendCompressed(reader.budget, chunk.length);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof LayerProblem) throw error;
    const why = error instanceof StreamError ? error.failure : null;
    if (why) throw problemOf(transportFailure(registry, why));
    throw failed(reader, 'network', 'the connection failed');
  }
}

async function send(
  reader: BlobReader,
  blob: Descriptor,
  headers: Readonly<Record<string, string>>,
): Promise<HttpStream> {
  checkTime(reader.budget);
  // Never send a registry what is no digest: some take it for a tag, or fail.
  if (!isDigest(blob.digest)) throw new LayerProblem('its digest is of an unknown kind');
  // Only the registry itself is asked. Addresses that a manifest gives for a foreign layer could be anybody's, and
  // credentials would go there (CVE-2020-15157); a descriptor does not even carry them.
  const result = await reader.session.stream({
    repository: reader.repository,
    method: 'GET',
    path: `blobs/${blob.digest}`,
    headers,
    // The budget stops before this, with a reason of its own.
    maxBytes: reader.budget.limits.compressedBytes + 1024 * 1024,
    purpose: 'blob',
  });
  if (!result.ok) throw problemOf(result);
  return result.value;
}

function statusProblem(reader: BlobReader, blob: Descriptor, status: number): LayerProblem {
  const { registry } = reader.repository;
  if (status === 404 && isForeign(blob)) {
    return new LayerProblem(`${registry} does not have this foreign layer, and no other address is asked`);
  }
  if (status === 404)
    return failed(reader, 'not-found', `does not have ${nameOf(blob)}, though the image needs it`);
  if (status === 416)
    return failed(reader, 'registry-error', `says that ${nameOf(blob)} is shorter than its manifest says`);
  // The body may be as large as a layer: it is not read for an explanation.
  return problemOf(statusFailure(registry, status, new Uint8Array(), false));
}

/** Layers that may not be distributed and are kept elsewhere, of Windows above all. */
function isForeign(blob: Descriptor): boolean {
  return /foreign|nondistributable/.test(blob.mediaType);
}

function mismatch(reader: BlobReader, blob: Descriptor): LayerProblem {
  return failed(reader, 'digest-mismatch', `sent other bytes for ${nameOf(blob)} than its digest stands for`);
}

function nameOf(blob: Descriptor): string {
  return `layer ${blob.digest.slice(0, 19)}…`;
}

function failed(reader: BlobReader, code: RegistryFailure['code'], what: string): LayerProblem {
  const { registry } = reader.repository;
  return problemOf(failure(registry, code, `${registry} ${what}`));
}

function problemOf(why: RegistryFailure): LayerProblem {
  return new LayerProblem(why.reason, { failure: why });
}
