/** Makes layers by hand, also such as no tool would: odd archives, zstd:chunked, eStargz; and serves them. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { StreamError } from '../../src/net/http.ts';
import type { HttpFailure, HttpStream } from '../../src/net/http.ts';
import { failure } from '../../src/registry/errors.ts';
import type { RegistryFailure } from '../../src/registry/errors.ts';
import type { ContentCache, Descriptor, ImageManifest } from '../../src/registry/registry.ts';
import type { ApiRequest, RegistrySession } from '../../src/registry/session.ts';
import { sha256Digest } from './images.ts';

export const OCI_GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';
export const OCI_ZSTD = 'application/vnd.oci.image.layer.v1.tar+zstd';
export const OCI_TAR = 'application/vnd.oci.image.layer.v1.tar';

// ---- archives -------------------------------------------------------------------------------------------------

export interface Spec {
  readonly name: string;
  /** As in the archive: `0` file, `1` hard link, `2` link, `5` directory. By default a directory with a last slash. */
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly link?: string;
  readonly mode?: number;
  /** Of the header; by default the content's. */
  readonly size?: number;
  readonly format?: 'ustar' | 'gnu' | 'v7';
  readonly prefix?: string;
  /** The size in base 256. */
  readonly base256?: boolean;
  /** For the last word on the header before its sum is made. */
  readonly patch?: (header: Buffer) => void;
}

export const dir = (name: string, mode = 0o755): Spec => ({ name: `${name}/`, type: '5', mode });
export const file = (name: string, content: string | Uint8Array = '', mode = 0o644): Spec => ({
  name,
  content,
  mode,
});
export const link = (name: string, target: string): Spec => ({ name, type: '2', link: target, mode: 0o777 });
export const hard = (name: string, target: string): Spec => ({ name, type: '1', link: target });
export const whiteout = (path: string): Spec => file(path.replace(/([^/]*)$/, '.wh.$1'));
export const opaque = (path: string): Spec => file(path === '' ? '.wh..wh..opq' : `${path}/.wh..wh..opq`);

/** PAX records in front of the next entry, or in front of all. */
export function pax(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Spec {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + 1;
    while (String(length).length + rest !== length) length = String(length).length + rest;
    return `${length} ${key}=${value}\n`;
  });
  return { name: 'PaxHeaders/0', type, content: lines.join('') };
}

/** GNU's header for a long name (`L`) or a long link (`K`). */
export function gnuLong(type: 'L' | 'K', text: string): Spec {
  return { name: '././@LongLink', type, content: `${text}\0`, format: 'gnu' };
}

export function tarHeader(spec: Spec): Buffer {
  const { name, link: target = '', mode = 0o644, format = 'ustar' } = spec;
  const size = spec.size ?? Buffer.from(spec.content ?? '').length;
  const header = Buffer.alloc(512);
  header.write(name.slice(0, 100), 0);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  if (spec.base256) {
    header[124] = 0x80;
    header.writeUIntBE(size, 130, 6);
  } else header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(spec.type ?? (name.endsWith('/') ? '5' : '0'), 156, 'latin1');
  header.write(target.slice(0, 100), 157);
  if (format === 'ustar') header.write('ustar\x0000', 257, 'latin1');
  if (format === 'gnu') header.write('ustar  \0', 257, 'latin1');
  if (spec.prefix !== undefined) header.write(spec.prefix, 345);
  spec.patch?.(header);
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

export function tarOf(specs: readonly Spec[], end: Uint8Array = Buffer.alloc(1024)): Buffer {
  const parts = specs.flatMap((spec) => [tarHeader(spec), padded(Buffer.from(spec.content ?? ''))]);
  return Buffer.concat([...parts, end]);
}

// ---- layers ---------------------------------------------------------------------------------------------------

export interface Layer {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export function gzipLayer(specs: readonly Spec[]): Layer {
  return { bytes: gzipSync(tarOf(specs)), mediaType: OCI_GZIP, annotations: {} };
}

export function tarLayer(specs: readonly Spec[]): Layer {
  return { bytes: tarOf(specs), mediaType: OCI_TAR, annotations: {} };
}

export function rawLayer(
  bytes: Uint8Array,
  mediaType = OCI_GZIP,
  annotations: Layer['annotations'] = {},
): Layer {
  return { bytes, mediaType, annotations };
}

/** A zstd frame whose blocks are stored as they are. */
export function zstdStored(content: Uint8Array): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(content.length));
  // One segment, its length in eight bytes, no checksum.
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xe0]), size];
  for (let at = 0; at === 0 || at < content.length; at += 0x10000) {
    const block = content.subarray(at, at + 0x10000);
    const last = at + 0x10000 >= content.length ? 1 : 0;
    const head = Buffer.alloc(3);
    head.writeUIntLE((block.length << 3) | last, 0, 3);
    parts.push(head, block);
  }
  return Buffer.concat(parts);
}

/** A stored frame of less than 64 KiB that wants a window: 0x38 is 128 KiB, 0xa0 is 1 GiB. */
export function zstdWindow(descriptor: number, content: Uint8Array): Buffer {
  const head = Buffer.alloc(3);
  head.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, descriptor]), head, content]);
}

/** A frame of one byte, many times over. */
export function zstdRun(byte: number, blocks: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38])];
  for (let block = 0; block < blocks; block++) {
    const head = Buffer.alloc(4);
    head.writeUIntLE((0x20000 << 3) | 2 | (block === blocks - 1 ? 1 : 0), 0, 3);
    head[3] = byte;
    parts.push(head);
  }
  return Buffer.concat(parts);
}

const skippable = (content: Uint8Array): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x184d2a50);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
};

const TOC_TYPES: Readonly<Record<string, string>> = {
  '0': 'reg',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'dir',
};

function tocRow(spec: Spec): Record<string, unknown> {
  const type = TOC_TYPES[spec.type ?? (spec.name.endsWith('/') ? '5' : '0')];
  return {
    type,
    name: spec.name,
    mode: spec.mode ?? 0o644,
    ...(spec.link === undefined ? {} : { linkName: spec.link }),
  };
}

export interface TocOptions {
  /** Changes the table after it was made. */
  readonly edit?: (toc: { version: number; entries: Record<string, unknown>[] }) => unknown;
  /** The table's JSON itself. */
  readonly json?: (json: Buffer) => Buffer;
  readonly prefix?: string;
  /** Bytes of content in one chunk. */
  readonly chunkSize?: number;
}

/** A zstd:chunked layer: a frame for each piece of content, the table in a frame that decompressors skip. */
export function chunkedLayer(specs: readonly Spec[], options: TocOptions = {}): Layer {
  const parts: Uint8Array[] = [];
  let at = 0;
  const add = (bytes: Uint8Array): void => {
    parts.push(bytes);
    at += bytes.length;
  };
  const entries: Record<string, unknown>[] = [];
  for (const spec of specs) {
    const content = Buffer.from(spec.content ?? '');
    add(zstdStored(tarHeader(spec)));
    const row = tocRow(spec);
    entries.push(row);
    if (content.length === 0) continue;
    Object.assign(row, { size: content.length, offset: at, digest: sha256Digest(content) });
    const step = options.chunkSize ?? content.length;
    for (let start = 0; start < content.length; start += step) {
      const chunk = content.subarray(start, start + step);
      const place = {
        offset: at,
        chunkOffset: start,
        chunkSize: chunk.length,
        chunkDigest: sha256Digest(chunk),
      };
      if (start === 0) Object.assign(row, place);
      else entries.push({ type: 'chunk', name: spec.name, ...place });
      add(zstdStored(chunk));
    }
    row['endOffset'] = at;
    add(zstdStored(padded(content).subarray(content.length)));
  }
  add(zstdStored(Buffer.alloc(1024)));
  const toc = { version: 1, entries };
  const edited: unknown = options.edit ? options.edit(toc) : toc;
  const json = (options.json ?? ((same: Buffer): Buffer => same))(Buffer.from(JSON.stringify(edited)));
  const packed = zstdStored(json);
  const position = `${at + 8}:${packed.length}:${json.length}:1`;
  add(skippable(packed));
  add(skippable(Buffer.alloc(40)));
  const prefix = options.prefix ?? 'io.github.containers.zstd-chunked';
  return {
    bytes: Buffer.concat(parts),
    mediaType: OCI_ZSTD,
    annotations: {
      [`${prefix}.manifest-position`]: position,
      [`${prefix}.manifest-checksum`]: sha256Digest(packed),
    },
  };
}

export function stargzFooter(offset: number): Buffer {
  return Buffer.concat([
    Buffer.from([0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 26, 0]),
    Buffer.from(`SG\x16\0${offset.toString(16).padStart(16, '0')}STARGZ`, 'latin1'),
    Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]),
  ]);
}

/** An eStargz layer: a gzip member for each piece of content, the table in the last member but one, a footer. */
export function stargzLayer(specs: readonly Spec[], options: TocOptions = {}): Layer {
  const parts: Uint8Array[] = [];
  let at = 0;
  let open: Uint8Array[] = [];
  const close = (): void => {
    if (open.length === 0) return;
    const member = gzipSync(Buffer.concat(open));
    parts.push(member);
    at += member.length;
    open = [];
  };
  const entries: Record<string, unknown>[] = [];
  for (const spec of specs) {
    const content = Buffer.from(spec.content ?? '');
    open.push(tarHeader(spec));
    const row = tocRow(spec);
    entries.push(row);
    if (content.length === 0) continue;
    close();
    const digest = sha256Digest(content);
    Object.assign(row, { size: content.length, offset: at, digest });
    const step = options.chunkSize ?? content.length;
    for (let start = 0; start < content.length; start += step) {
      const chunk = content.subarray(start, start + step);
      const place = {
        offset: at,
        chunkOffset: start,
        chunkSize: chunk.length,
        chunkDigest: sha256Digest(chunk),
      };
      if (start > 0) entries.push({ type: 'chunk', name: spec.name, ...place });
      else if (step < content.length) Object.assign(row, place);
      else Object.assign(row, { chunkDigest: digest });
      open.push(chunk);
      if (start + step < content.length) close();
    }
    open.push(padded(content).subarray(content.length));
  }
  close();
  const toc = { version: 1, entries };
  const edited: unknown = options.edit ? options.edit(toc) : toc;
  const json = (options.json ?? ((same: Buffer): Buffer => same))(
    Buffer.from(JSON.stringify(edited, null, '\t')),
  );
  const offset = at;
  open.push(tarOf([file('stargz.index.json', json)]));
  close();
  parts.push(stargzFooter(offset));
  return {
    bytes: Buffer.concat(parts),
    mediaType: OCI_GZIP,
    annotations: { 'containerd.io/snapshot/stargz/toc.digest': sha256Digest(json) },
  };
}

/** A gzip file that unpacks to `blocks` times 1 MiB of zeros, without anybody holding them. */
export function gzipBomb(start: Uint8Array, blocks: number): Buffer {
  const zeros = gzipSync(Buffer.alloc(1024 * 1024));
  return Buffer.concat([gzipSync(start), ...Array.from({ length: blocks }, () => zeros)]);
}

// ---- images and who serves them -------------------------------------------------------------------------------

export const REPOSITORY = { registry: 'registry.test', repository: 'acme/app' } as const;

export interface LayeredImage {
  readonly manifest: ImageManifest;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

/** Bottom first. */
export function imageOf(layers: readonly Layer[]): LayeredImage {
  const descriptors = layers.map(({ bytes, mediaType, annotations }) =>
    descriptor(bytes, mediaType, annotations),
  );
  const digest = sha256Digest(JSON.stringify(descriptors.map((one) => [one.digest, ...one.annotations])));
  return {
    manifest: {
      kind: 'manifest',
      digest,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor(Buffer.from('{}'), 'application/vnd.oci.image.config.v1+json'),
      layers: descriptors,
      annotations: new Map(),
    },
    blobs: new Map(layers.map(({ bytes }) => [sha256Digest(bytes), bytes])),
  };
}

export function descriptor(
  bytes: Uint8Array,
  mediaType: string,
  annotations: Readonly<Record<string, string>> = {},
): Descriptor {
  return {
    mediaType,
    digest: sha256Digest(bytes),
    size: bytes.length,
    annotations: new Map(Object.entries(annotations)),
    platform: null,
  };
}

export interface BlobAnswer {
  readonly status?: number;
  readonly body?: AsyncIterable<Uint8Array> | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeSession extends RegistrySession {
  readonly requests: ApiRequest[];
  /** Body bytes that were taken. */
  transferred(): number;
  /** Transfers that were opened and neither read to their end nor destroyed. */
  open(): number;
}

/** Serves blobs with ranges; `answer` may say something else. */
export function fakeSession(
  blobs: ReadonlyMap<string, Uint8Array>,
  options: {
    readonly answer?: (
      request: ApiRequest,
      bytes: Uint8Array | undefined,
    ) => BlobAnswer | RegistryFailure | null;
    readonly chunkBytes?: number;
  } = {},
): FakeSession {
  const requests: ApiRequest[] = [];
  let transferred = 0;
  let open = 0;
  const chunkBytes = options.chunkBytes ?? 16 * 1024;

  function streamOf(
    status: number,
    headers: Readonly<Record<string, string>>,
    body: BlobAnswer['body'],
  ): HttpStream {
    let destroyed = false;
    let counted = true;
    open++;
    const done = (): void => {
      if (counted) open--;
      counted = false;
    };
    async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for await (const chunk of body === undefined
          ? []
          : body instanceof Uint8Array
            ? pieces(body)
            : body) {
          if (destroyed) throw new StreamError(CUT_OFF);
          transferred += chunk.length;
          yield chunk;
        }
      } finally {
        done();
      }
    }
    function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    }
    return {
      status,
      headers: new Map(Object.entries(headers).map(([name, value]) => [name, [value]])),
      body: read(),
      destroy() {
        destroyed = true;
        done();
      },
    };
  }

  return {
    requests,
    transferred: () => transferred,
    open: () => open,
    stream(request) {
      requests.push(request);
      const bytes = blobs.get(request.path.replace(/^blobs\//, ''));
      const said = options.answer?.(request, bytes) ?? null;
      if (said && 'ok' in said) return Promise.resolve(said);
      if (said) {
        return Promise.resolve({
          ok: true,
          value: streamOf(said.status ?? 200, said.headers ?? {}, said.body),
        });
      }
      if (!bytes) return Promise.resolve({ ok: true, value: streamOf(404, {}, Buffer.from('{}')) });
      const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers?.['range'] ?? '');
      if (!match) return Promise.resolve({ ok: true, value: streamOf(200, {}, bytes) });
      const [first, last] = [Number(match[1]), Number(match[2])];
      const headers = { 'content-range': `bytes ${first}-${last}/${bytes.length}` };
      return Promise.resolve({ ok: true, value: streamOf(206, headers, bytes.subarray(first, last + 1)) });
    },
    request: () => Promise.resolve(failure('registry.test', 'network', 'only streams are served here')),
    credentialFor: () => Promise.resolve({ ok: true, value: null } as never),
    counts: () => ({ resolutions: 0, tokens: 0, total: requests.length }),
    close: () => Promise.resolve(),
  };
}

export const CUT_OFF: HttpFailure = {
  ok: false,
  code: 'network',
  reason: 'the connection was closed',
  retryable: true,
};

/** As the one on disk: what comes out has its digest. */
export function memoryCache(): ContentCache & { readonly kept: Map<string, Uint8Array> } {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    get(digest) {
      const bytes = kept.get(digest);
      const sum = bytes && `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      return Promise.resolve(bytes && sum === digest ? bytes : null);
    },
    put(digest, bytes) {
      kept.set(digest, bytes);
      return Promise.resolve();
    },
  };
}
