/**
 * Layers that carry a table of their own contents: zstd:chunked and eStargz. The table has a digest in the manifest's
 * annotations, so what it says is as sure as the manifest, and a layer of any size costs one or two small requests.
 */
import { isDigest } from '../../core/image-ref.ts';
import { failure, isRecord } from '../errors.ts';
import { parseJson } from '../json.ts';
import { digestOf } from '../manifest.ts';
import type { ContentCache, Descriptor } from '../registry.ts';
import { readRange } from './blob.ts';
import type { BlobReader } from './blob.ts';
import { LayerProblem, checkTime } from './limits.ts';
import type { LayerLimits } from './limits.ts';
import { addEntry, createListing } from './listing.ts';
import type { LayerEntry, Listing } from './listing.ts';
import { wholeNumber } from './numbers.ts';
import { createTarWalker } from './tar.ts';
import { gunzip, gunzipStart, unzstd } from './unpack.ts';

/** Where a layer's table of contents is, as the manifest says. `digest` is of the compressed bytes for zstd:chunked. */
export type TocPlace =
  | {
      readonly format: 'zstd:chunked';
      readonly digest: string;
      readonly offset: number;
      readonly length: number;
      readonly rawLength: number;
    }
  | { readonly format: 'eStargz'; readonly digest: string };

/** Podman wrote the second one until 2022, and Debian 12 still does. */
const CHUNKED_PREFIXES = ['io.github.containers.zstd-chunked', 'io.containers.zstd-chunked'];
const STARGZ_DIGEST = 'containerd.io/snapshot/stargz/toc.digest';

/** Null when the layer has none, or says things of it that cannot be. */
export function tocPlaceOf(layer: Descriptor): TocPlace | null {
  for (const prefix of CHUNKED_PREFIXES) {
    const position = layer.annotations.get(`${prefix}.manifest-position`);
    const digest = layer.annotations.get(`${prefix}.manifest-checksum`);
    if (position === undefined || digest === undefined || !isDigest(digest)) continue;
    // offset : compressed length : length : type, and the only type there is is 1.
    const match = /^(\d{1,15}):(\d{1,15}):(\d{1,15}):1$/.exec(position.slice(0, 80));
    if (!match) continue;
    const [offset, length, rawLength] = match.slice(1).map(Number) as [number, number, number];
    if (length === 0 || offset + length > layer.size) continue;
    return { format: 'zstd:chunked', digest, offset, length, rawLength };
  }
  const digest = layer.annotations.get(STARGZ_DIGEST);
  return digest !== undefined && isDigest(digest) ? { format: 'eStargz', digest } : null;
}

/** The table's JSON, out of the cache or with one request (eStargz: two), checked. @throws LayerProblem */
export async function fetchToc(
  reader: BlobReader,
  cache: ContentCache,
  layer: Descriptor,
  place: TocPlace,
  maxSkip: number,
): Promise<Uint8Array> {
  const { limits } = reader.budget;
  const kept = await cache.get(place.digest);
  if (place.format === 'eStargz') return kept ?? fetchStargz(reader, cache, layer, place.digest, maxSkip);
  if (place.length > limits.tocBytes || place.rawLength > limits.tocBytes) throw tooLarge();
  const { offset: start, length } = place;
  const compressed = kept ?? (await readRange(reader, layer, { start, length, maxSkip }));
  if (!kept) {
    if (digestLike(place.digest, compressed) !== place.digest) throw mismatch(reader);
    await cache.put(place.digest, compressed);
  }
  const json = await unzstd(compressed, place.rawLength, timeLeft(reader));
  if (json === null) throw malformed();
  return json;
}

const FOOTER_LENGTH = 51;

async function fetchStargz(
  reader: BlobReader,
  cache: ContentCache,
  layer: Descriptor,
  digest: string,
  maxSkip: number,
): Promise<Uint8Array> {
  const { limits } = reader.budget;
  const end = layer.size - FOOTER_LENGTH;
  if (end <= 0) throw malformed();
  const start = stargzTocOffset(
    await readRange(reader, layer, { start: end, length: FOOTER_LENGTH, maxSkip }),
  );
  if (start === null || start >= end) throw malformed();
  if (end - start > limits.tocBytes) throw tooLarge();
  const archive = gunzip(
    await readRange(reader, layer, { start, length: end - start, maxSkip }),
    limits.tocBytes + 64 * 1024,
  );
  const json = archive && stargzIndex(archive, limits);
  if (!json) throw malformed();
  if (digestLike(digest, json) !== digest) throw mismatch(reader);
  await cache.put(digest, json);
  return json;
}

/**
 * Offset of the table in the footer: an empty gzip member whose Extra field is `SG`, 22 bytes: 16 hexadecimal digits
 * and `STARGZ`. Null for anything else.
 */
export function stargzTocOffset(footer: Uint8Array): number | null {
  if (footer.length !== FOOTER_LENGTH) return null;
  const text = Buffer.from(footer).toString('latin1');
  const match = /^\x1f\x8b\x08\x04[^]{6}\x1a\x00SG\x16\x00([0-9a-f]{16})STARGZ/.exec(text);
  const offset = match ? Number.parseInt(match[1]!, 16) : NaN;
  return Number.isSafeInteger(offset) ? offset : null;
}

function stargzIndex(archive: Uint8Array, limits: LayerLimits): Uint8Array | null {
  let found: Uint8Array | null = null;
  const walker = createTarWalker({
    onEntry: ({ name, size }) =>
      name === 'stargz.index.json' && size <= limits.tocBytes && size <= archive.length
        ? Buffer.alloc(size)
        : null,
    onContent: (_, content) => void (found = content),
    onSize: () => {},
  });
  walker.push(archive);
  return found;
}

function timeLeft({ budget }: BlobReader): number {
  return Math.max(1, Math.min(10_000, budget.deadlineMs - budget.now()));
}

function digestLike(digest: string, bytes: Uint8Array): string {
  return digestOf(bytes, digest.startsWith('sha512:') ? 'sha512' : 'sha256');
}

function tooLarge(): LayerProblem {
  return new LayerProblem('its table of contents is too large');
}

function malformed(): LayerProblem {
  return new LayerProblem('its table of contents is malformed');
}

function mismatch({ repository: { registry } }: BlobReader): LayerProblem {
  const reason = `${registry} sent a table of contents for a layer that does not have the digest in the manifest`;
  return new LayerProblem(reason, { failure: failure(registry, 'digest-mismatch', reason) });
}

// ---- what a table says ----------------------------------------------------------------------------------------

const TYPES: ReadonlyMap<string, LayerEntry['type']> = new Map([
  ['reg', 'file'],
  ['dir', 'directory'],
  ['symlink', 'link'],
  ['hardlink', 'hardlink'],
  ['char', 'other'],
  ['block', 'other'],
  ['fifo', 'other'],
]);

type TocRow = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

/** @throws LayerProblem for what is no table */
function tocRows(json: Uint8Array): TocRow[] {
  const toc = parseJson(json);
  if (!isRecord(toc) || toc['version'] !== 1 || !Array.isArray(toc['entries'])) throw malformed();
  const rows: unknown[] = toc['entries'];
  const isRow = (row: unknown): row is TocRow =>
    isRecord(row) && typeof row['name'] === 'string' && typeof row['type'] === 'string';
  if (!rows.every(isRow)) throw malformed();
  return rows;
}

/** The names in a layer by its table of contents. @throws LayerProblem */
export function tocListing(json: Uint8Array, reader: Pick<BlobReader, 'budget'>): Listing {
  const { limits } = reader.budget;
  const listing = createListing();
  let seen = 0;
  for (const row of tocRows(json)) {
    if (++seen % 256 === 0) checkTime(reader.budget);
    // `chunk` rows repeat the name of their file.
    const type = TYPES.get(row.type);
    if (type === undefined) continue;
    const { linkName } = row;
    const mode = (wholeNumber(row['mode']) ?? 0) % 0o10000;
    const entry = { type, name: row.name, mode, linkName: typeof linkName === 'string' ? linkName : '' };
    addEntry(listing, entry, limits.entries, limits.pathLength);
  }
  return listing;
}

/** Bytes of a layer that are one part of a file. */
interface FilePart {
  readonly start: number;
  /** The file has only zeros here, and the layer nothing. */
  readonly zeros: boolean;
  readonly rawLength: number;
  /** Bytes of the unpacked part that belong to something before it. */
  readonly inner: number;
  readonly digest: string | null;
}

interface FilePlace {
  readonly size: number;
  readonly digest: string;
  readonly parts: readonly FilePart[];
  readonly end: number;
}

/**
 * A regular file of the layer, checked against its digest in the table.
 *
 * @param path without a leading slash, as the archive has it
 * @returns null when the table does not say where it is, or contradicts itself; `too-large` above `maxBytes`
 * @throws LayerProblem
 */
export async function readTocFile(
  reader: BlobReader,
  layer: Descriptor,
  place: TocPlace,
  json: Uint8Array,
  path: string,
  limits: { readonly maxBytes: number; readonly maxSkip: number },
): Promise<Uint8Array | 'too-large' | null> {
  const file = filePlace(json, path, place.format === 'eStargz' ? layer.size - FOOTER_LENGTH : place.offset);
  if (file === null) return null;
  if (file.size > limits.maxBytes) return 'too-large';
  const start = file.parts[0]?.start ?? 0;
  const length = file.end - start;
  const hasData = file.parts.some(({ zeros }) => !zeros);
  // What does not compress grows by less than this.
  if (hasData && (length <= 0 || length > 2 * file.size + 64 * 1024)) return null;
  const bytes = hasData
    ? await readRange(reader, layer, { start, length, maxSkip: limits.maxSkip })
    : new Uint8Array();
  const out = Buffer.alloc(file.size);
  let at = 0;
  for (const [index, part] of file.parts.entries()) {
    const end = file.parts[index + 1]?.start ?? file.end;
    const packed = bytes.subarray(part.start - start, end - start);
    const raw = part.zeros ? Buffer.alloc(part.rawLength) : await unpackPart(reader, place, packed, part);
    if (raw === null) return null;
    if (part.digest !== null && digestLike(part.digest, raw) !== part.digest) throw fileMismatch(reader);
    out.set(raw, at);
    at += raw.length;
  }
  if (digestLike(file.digest, out) !== file.digest) throw fileMismatch(reader);
  return out;
}

function fileMismatch({ repository: { registry } }: BlobReader): LayerProblem {
  const reason = `${registry} sent a part of a layer that does not have the digest in the layer's table of contents`;
  return new LayerProblem(reason, { failure: failure(registry, 'digest-mismatch', reason) });
}

async function unpackPart(
  reader: BlobReader,
  place: TocPlace,
  packed: Uint8Array,
  part: FilePart,
): Promise<Uint8Array | null> {
  if (place.format === 'zstd:chunked') return unzstd(packed, part.rawLength, timeLeft(reader));
  const raw = gunzipStart(packed, part.inner + part.rawLength)?.subarray(part.inner);
  return raw?.length === part.rawLength ? raw : null;
}

/** @param dataEnd where the table itself begins, or at least all files have ended */
function filePlace(json: Uint8Array, path: string, dataEnd: number): FilePlace | null {
  const rows = tocRows(json);
  let own: TocRow[] = [];
  for (const row of rows) {
    if (plainName(row.name) !== path) continue;
    if (row.type === 'reg') own = [row];
    else if (row.type === 'chunk') own.push(row);
    else own = [];
  }
  const [first] = own;
  if (first?.type !== 'reg') return null;
  const size = wholeNumber(first['size'] ?? 0);
  const { digest } = first;
  if (size === null) return null;
  if (size === 0) return { size, digest: digestOf(new Uint8Array()), parts: [], end: 0 };
  if (typeof digest !== 'string' || !isDigest(digest)) return null;
  const parts = fileParts(own, size);
  if (parts === null) return null;
  const last = parts.at(-1)!;
  const end = wholeNumber(first['endOffset']) ?? nextStart(rows, last.start) ?? dataEnd;
  return end > last.start && end <= dataEnd ? { size, digest, parts, end } : null;
}

/** Null unless the parts follow one another and are the whole file. */
function fileParts(rows: readonly TocRow[], size: number): FilePart[] | null {
  const parts: FilePart[] = [];
  let length = 0;
  let before = -1;
  for (const row of rows) {
    const start = wholeNumber(row['offset']);
    const at = wholeNumber(row['chunkOffset'] ?? 0);
    const rawLength = wholeNumber(row['chunkSize'] ?? 0) || size - length;
    if (start === null || start < before || at !== length || rawLength > size - length || rawLength <= 0)
      return null;
    const digest = row['chunkDigest'];
    parts.push({
      start,
      zeros: row['chunkType'] === 'zeros',
      rawLength,
      inner: Math.min(wholeNumber(row['innerOffset'] ?? 0) ?? 0, 64 * 1024 * 1024),
      digest: typeof digest === 'string' && isDigest(digest) ? digest : null,
    });
    length += rawLength;
    before = start;
  }
  return length === size ? parts : null;
}

/** Where the next file's data begins. */
function nextStart(rows: readonly TocRow[], start: number): number | null {
  let next: number | null = null;
  for (const row of rows) {
    const offset = wholeNumber(row['offset']);
    if (offset !== null && offset > start && (next === null || offset < next)) next = offset;
  }
  return next;
}

function plainName(name: string): string {
  return name.replace(/^(?:\.?\/)+/, '');
}
